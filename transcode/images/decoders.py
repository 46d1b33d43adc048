"""Which decoder reads which content type. The type comes from sniffing the bytes, never from the name."""

from transcode.images import with_heif, with_libraw, with_pillow, with_psd, with_vips
from transcode.images.header import Decoder
from transcode.sandbox import ParserRefused

MIMES = (
    frozenset(with_vips.LOADERS)
    | frozenset(with_pillow.FORMATS)
    | with_heif.MIMES
    | with_psd.MIMES
    | with_libraw.MIMES
)


def decoder_for(mime: str) -> Decoder:
    """Raise ParserRefused('unsupported_picture') for all others: SVG among them, which is a program, not a picture."""
    if mime in with_vips.LOADERS:
        return with_vips.decoder(mime)
    if mime in with_pillow.FORMATS:
        return with_pillow.decoder(mime)
    if mime in with_heif.MIMES:
        return with_heif.decoder()
    if mime in with_psd.MIMES:
        return with_psd.decoder()
    if mime in with_libraw.MIMES:
        return with_libraw.decoder()
    raise ParserRefused("unsupported_picture", mime)
