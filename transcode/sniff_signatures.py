"""File types told by fixed bytes at fixed places, and the bounded view of a file that all sniffing shares."""

from typing import BinaryIO

HEAD_BYTES = 65536 + 64  # an MXF run-in ends before 65536 (SMPTE ST 377-1, 6.5)


class Peek:
    """The first 64 KiB of a file, and small pieces elsewhere."""

    PIECE_BYTES = 8192
    PIECES = 64

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._pieces = 0
        self.head = file.read(HEAD_BYTES)

    def at(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes, fewer at the end of the file or when too much has been asked for already."""
        size = min(size, self.PIECE_BYTES)
        if offset + size <= len(self.head):
            return self.head[offset : offset + size]
        self._pieces += 1
        if self._pieces > self.PIECES:
            return b""
        try:
            self._file.seek(offset)
        except OSError:  # past the largest file that this file system could hold (ext4: 16 TiB)
            return b""
        return self._file.read(size)


# (offset, bytes, mime). Where one begins like another, the longer stands first.
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x00\x00\x00\x01Bud1", "application/x-ds-store"),
    (0, b"\x00\x05\x16\x07\x00\x02\x00\x00", "application/applefile"),  # AppleDouble: RFC 1740
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (0, b"\xff\x4f\xff\x51", "image/x-jp2-codestream"),
    (0, b"IIRO", "image/x-olympus-orf"),
    (0, b"IIRS", "image/x-olympus-orf"),
    (0, b"MMOR", "image/x-olympus-orf"),
    (0, b"IIU\x00", "image/x-panasonic-rw2"),
    (0, b"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
    (0, b"\x00MRM", "image/x-raw"),
    (0, b"FOVb", "image/x-raw"),
    (0, b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
    (0, b"8BPS\x00\x02", "image/vnd.adobe.photoshop"),
    (0, b"v/1\x01", "image/x-exr"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "video/x-ms-asf"),
    (0, b"\x00\x00\x01\xba", "video/mpeg"),
    (0, b"\x00\x00\x01\xb3", "video/mpv"),
    (0, b"DKIF\x00\x00", "video/x-ivf"),
    (0, b".RMF\x00", "application/vnd.rn-realmedia"),
    (0, b"\x00\x00\x00\x00\x01\xbc", "application/gxf"),  # SMPTE ST 360, packet leader and map packet
    (4, b"RED1", "application/x-redcode"),
    (4, b"RED2", "application/x-redcode"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"caff\x00\x01", "audio/x-caf"),
    (0, b".snd\x00\x00", "audio/basic"),
    (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", "audio/x-w64"),
    (0, b"MThd\x00\x00\x00\x06", "audio/midi"),
    (3, b"STL25.01", "application/x-ebu-stl"),  # EBU Tech 3264, disk format code
    (3, b"STL30.01", "application/x-ebu-stl"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (4, b"1AY&SY", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\x00asm", "application/wasm"),
    (0, b"OTTO\x00", "font/otf"),
    (0, b"\x00\x01\x00\x00\x00", "font/ttf"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
)


def signature(peek: Peek) -> str:
    """The type whose fixed bytes are there, or ''."""
    for offset, magic, mime in SIGNATURES:
        if peek.head.startswith(magic, offset):
            return mime
    return ""
