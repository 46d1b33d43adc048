"""Checks of the work in the background: workers that live, queues that somebody works on, jobs that failed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dam import queues
from dam.health import Check, Level, Trouble

#: A due job that waits so long, while nothing of its queue runs, has nobody to wait for.
FORSAKEN_SECONDS = 300


def workers() -> str:
    """Say how many workers live; none is a warning, for pages go on without them."""
    alive = queues.workers_alive()
    if not alive:
        raise Trouble(
            _("Ningún trabajador está en marcha: lo que llegue esperará."),
            todo=_("Inicie script/server, o en cada máquina «manage.py worker --queues …»."),
            warning=True,
        )
    return _("%(count)d en marcha") % {"count": alive}


def attended() -> str:
    """Find queues in which a job waits that nobody takes."""
    standing = queues.standing()
    at_work = {one.queue for one in standing if one.status == "doing"}
    forsaken = sorted(
        one.queue
        for one in standing
        if one.status == "todo" and (one.waits_seconds or 0) > FORSAKEN_SECONDS and one.queue not in at_work
    )
    if forsaken:
        raise Trouble(
            _("Nadie atiende las colas: %(names)s.") % {"names": ", ".join(forsaken)},
            todo=_("Inicie un trabajador con «manage.py worker --queues %(names)s».")
            % {"names": ",".join(forsaken)},
            warning=True,
        )
    waiting = sum(one.jobs for one in standing if one.status == "todo")
    return ngettext("%(count)d trabajo en espera", "%(count)d trabajos en espera", waiting) % {
        "count": waiting
    }


CHECKS = (
    Check("workers", gettext_lazy("Trabajadores"), workers, Level.PAGE),
    Check("queues", gettext_lazy("Colas"), attended, Level.PAGE),
)
