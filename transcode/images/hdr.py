"""High dynamic range and wide colour told by code points (nclx), brought to sRGB.

HDR stills store light in PQ or HLG; shown as if it were sRGB they look grey. Here the light is made linear,
1.0 being HDR reference white, the highlights are rolled off, and the colours are turned to BT.709's.
"""

import math
from collections.abc import Callable

import pyvips

from transcode.images.header import Nclx

# ITU-T H.273, tables 2 and 3.
BT2020, P3 = 9, 12
PQ, HLG = 16, 18
# Reference white of HDR pictures (ITU-R BT.2408-7, 2.1), and the peak that HLG is watched at (BT.2100-2).
WHITE_NITS, HLG_PEAK_NITS = 203.0, 1000.0
# Linear light as it is up to here; above, what exceeds it approaches 1.0 without reaching it.
KNEE = 0.6
# BT.2020 and P3 (both of white D65) to BT.709: inverse of one's RGB to XYZ times the other's.
_TO_BT709 = {
    BT2020: [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    P3: [[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]],
}
_SIXTEEN_BITS = 65535


def needs_mapping(nclx: Nclx | None) -> bool:
    """Whether a picture without ICC profile says that it is not sRGB (nor BT.709, shown alike)."""
    return nclx is not None and (nclx.primaries in _TO_BT709 or nclx.transfer in {PQ, HLG})


def to_srgb(image: pyvips.Image, nclx: Nclx) -> pyvips.Image:
    """Eight-bit sRGB of a picture of three bands."""
    if image.format == "uchar":
        image = (image * (_SIXTEEN_BITS // 255)).cast("ushort")
    light = image.maplut(_table(_TRANSFERS.get(nclx.transfer, _srgb_light)))
    if nclx.transfer == HLG:
        light = _hlg_system_gamma(light)
    if nclx.primaries in _TO_BT709:
        light = light.recomb(pyvips.Image.new_from_array(_TO_BT709[nclx.primaries]))
    if nclx.transfer in {PQ, HLG}:
        light = _roll_off(light)
    return light.copy(interpretation="scrgb").colourspace("srgb")


def _table(transfer: Callable[[float], float]) -> pyvips.Image:
    """Light for each of 65536 code values."""
    values = [transfer(code / _SIXTEEN_BITS) for code in range(_SIXTEEN_BITS + 1)]
    return pyvips.Image.new_from_array([values])


def _srgb_light(signal: float) -> float:
    """IEC 61966-2-1."""
    return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _pq_light(signal: float) -> float:
    """ITU-R BT.2100-2, table 4: the EOTF, in units of reference white."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = signal ** (1 / m2)
    nits: float = 10000 * (max(power - c1, 0.0) / (c2 - c3 * power)) ** (1 / m1)
    return nits / WHITE_NITS


def _hlg_light(signal: float) -> float:
    """ITU-R BT.2100-2, table 5: the inverse of the OETF, light of the scene from 0 to 1."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return signal * signal / 3 if signal <= 0.5 else (math.exp((signal - c) / a) + b) / 12  # noqa: PLR2004


_TRANSFERS: dict[int, Callable[[float], float]] = {PQ: _pq_light, HLG: _hlg_light}


def _hlg_system_gamma(scene: pyvips.Image) -> pyvips.Image:
    """The OOTF of BT.2100-2 for 1000 nits: each colour times its luminance to the power of 0.2."""
    luminance = scene.recomb(pyvips.Image.new_from_array([[0.2627, 0.6780, 0.0593]]))
    return scene * (luminance.clamp(min=1e-6, max=1.0) ** 0.2) * (HLG_PEAK_NITS / WHITE_NITS)


def _roll_off(light: pyvips.Image) -> pyvips.Image:
    """All three colours by what the brightest needs, so that hues stay."""
    brightest = light[0].bandrank([light[1], light[2]], index=2)
    room = 1 - KNEE
    mapped = ((brightest - KNEE) * (-1 / room)).exp() * -room + 1.0
    scale = (brightest <= KNEE).ifthenelse(1.0, mapped / brightest.clamp(min=1e-6, max=1e6))
    return light * scale
