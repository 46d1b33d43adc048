"""The words of the technical report: checks by the ids that transcode.qc gives them, their values and units."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ITEMS: Mapping[str, str | Promise] = {
    "file.whole": _("Archivo completo"),
    "video.frames": _("Cuadros leídos"),
    "video.black": _("Negro"),
    "video.freeze": _("Imagen congelada"),
    "video.first_frame": _("Primer cuadro"),
    "video.last_frame": _("Último cuadro"),
    "video.flash": _("Destellos"),
    "video.levels": _("Niveles fuera de norma"),
    "video.fields": _("Orden de campos"),
    "audio.missing": _("No tiene sonido"),
    "audio.decoding": _("Errores al leer el sonido"),
    "audio.integrated": _("Sonoridad integrada"),
    "audio.short_term": _("Sonoridad máxima en 3 s"),
    "audio.momentary": _("Sonoridad máxima momentánea"),
    "audio.range": _("Rango de sonoridad"),
    "audio.true_peak": _("Pico real"),
    "audio.silence": _("Silencio"),
    "audio.clipping": _("Saturación"),
    "audio.phase": _("Fase entre canales"),
    "audio.dual_mono": _("Los dos canales son iguales"),
    "copy.no_sound": _("Las copias no llevan sonido"),
    "copy.sound_chosen": _("Se eligió entre varios programas de sonido"),
    "copy.downmix": _("El sonido se mezcló a dos canales"),
    "copy.first_channels": _("Se tomaron los dos primeros canales"),
    "copy.gain_applied": _("Se aplicó ganancia a la mezcla"),
    "copy.gain_limited_by_peak": _("La ganancia se limitó por el pico"),
    "copy.gain_not_measurable": _("La sonoridad no se pudo medir: la mezcla quedó igual"),
    "copy.size_chosen": _("Tamaño elegido para el peso pedido"),
    "copy.rate_converted": _("Se convirtieron los cuadros por segundo"),
    "copy.rate_thinned": _("Se tomó uno de cada varios cuadros"),
    "copy.variable_rate_kept": _("Se conservaron los tiempos variables"),
    "copy.tone_mapped": _("El color HDR se llevó a SDR"),
    "copy.dolby_vision_without_base": _("Dolby Vision sin base: el color puede no ser fiel"),
    "copy.alpha_on_black": _("La transparencia se puso sobre negro"),
}
#: Checks whose name says it all where they are found.
YES = frozenset({"audio.missing", "audio.dual_mono"})
VALUES: Mapping[str, str | Promise] = {
    "whole": _("completo"),
    "cut": _("cortado"),
    "truncated": _("cortado"),
    "black": _("negro"),
    "picture": _("imagen"),
    "progressive": _("progresivo"),
    "tff": _("campo superior primero"),
    "bff": _("campo inferior primero"),
    "unknown": _("sin dato"),
}
UNITS: Mapping[str, str | Promise] = {
    "frames": _("cuadros"),
    "tracks": _("pistas"),
    "errors": _("errores"),
}
