"""Checks of how Acervo is set up: the data folder's secrecy, what production asks for, parts that must be shared."""

import stat
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam.health import Check, Level, Trouble

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


def data_folder() -> str:
    """Look that the generated key and the database's files are nobody else's to read."""
    for file in (settings.DATA / "secret", settings.DATA / "postgres" / "cluster"):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise Trouble(
                _("Otros usuarios de esta máquina pueden leer %(file)s.") % {"file": file},
                todo=_("Ejecute «chmod go= %(file)s».") % {"file": file},
            )
    return str(settings.DATA)


def production() -> str:
    """Look at what a real service needs: a name, an address with HTTPS, no demo, and its mode."""
    if not settings.PRODUCTION:
        return _("modo local")
    if not set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS or "*" in settings.ALLOWED_HOSTS:
        raise Trouble(
            _("ACERVO_HOSTS no nombra el sitio."),
            todo=_("Ponga en ACERVO_HOSTS el nombre con el que se entra, por ejemplo acervo.ejemplo.gob.mx."),
        )
    if not settings.CSRF_TRUSTED_ORIGINS or any(
        urlsplit(origin).scheme != "https" for origin in settings.CSRF_TRUSTED_ORIGINS
    ):
        raise Trouble(
            _("ACERVO_ORIGINS no da la dirección https:// del sitio: los formularios se rechazarían."),
            todo=_(
                "Ponga en ACERVO_ORIGINS la dirección completa, por ejemplo https://acervo.ejemplo.gob.mx."
            ),
        )
    if settings.DEMO:
        raise Trouble(
            _("El material de demostración está activado en producción."),
            todo=_("Quite ACERVO_DEMO."),
            warning=True,
        )
    return ", ".join(settings.ALLOWED_HOSTS)


CHECKS = (
    Check("data_folder", gettext_lazy("Carpeta de datos"), data_folder, Level.DOCTOR),
    Check("production", gettext_lazy("Ajustes de producción"), production, Level.DOCTOR),
)
