"""Made-up files, for the tests of sniffing."""

from pathlib import Path

from transcode.sniff import ContentType, sniff


def make(tmp_path: Path, data: bytes, name: str = "x") -> ContentType:
    path = tmp_path / name
    path.write_bytes(data)
    return sniff(path)
