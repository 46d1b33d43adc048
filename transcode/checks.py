"""Checks of what formats are made with: ffmpeg with the filters and encoders our plans name, and libvips."""

import subprocess
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam.health import Check, Level, Trouble
from transcode import ffmpeg
from transcode.images import with_vips

SECONDS = 20
#: One of each kind that a plan cannot do without; a build that has these has the others they come with.
FILTERS = frozenset(
    {"bwdif", "ebur128", "blackdetect", "freezedetect", "idet", "zscale", "tonemap", "showwavespic"}
)
ENCODERS = frozenset({"libx264", "aac", "libmp3lame", "mpeg2video"})
REMEDY = gettext_lazy("Quite ACERVO_FFMPEG para usar el programa incluido, o instale uno completo.")


@cache
def _said(*arguments: str) -> str:
    """What the program says; asked once in the life of a process."""
    argv = [ffmpeg.program(), "-hide_banner", *arguments]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise Trouble(
            _("ffmpeg no se puede ejecutar: %(error)s") % {"error": error}, todo=str(REMEDY)
        ) from error
    return done.stdout


def able() -> str:
    """Say which ffmpeg there is, where it can do what we ask of it."""
    lacking = sorted(
        (FILTERS - set(_said("-filters").split())) | (ENCODERS - set(_said("-encoders").split()))
    )
    if lacking:
        raise Trouble(_("A ffmpeg le falta: %(names)s.") % {"names": ", ".join(lacking)}, todo=str(REMEDY))
    words = _said("-version").split()
    return " ".join(words[:3:2])


def pictures() -> str:
    """Say which libvips there is."""
    return f"libvips {with_vips.version()}"


CHECKS = (
    Check("ffmpeg", gettext_lazy("ffmpeg"), able, Level.DOCTOR, seconds=60.0),
    Check("pictures", gettext_lazy("Fotografías"), pictures, Level.DOCTOR),
)
