"""Real files for the tests of ingest, made once per session, and ingests of them."""

import os
import subprocess
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from dam.models import Asset, User
from ingest import batches, companions, local_files, pipeline
from ingest.local_files import LocalFile
from ingest.models import Batch, Ingest, Source
from tests import factories
from transcode import ffmpeg

SRT = "1\n00:00:00,100 --> 00:00:00,900\nAgua para todas las colonias\n\n2\n00:00:01,000 --> 00:00:01,500\nAdiós\n"
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:subject><rdf:Bag><rdf:li>presa</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"""
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]>>endobj
4 0 obj<</Title(Boletin 12)/Author(Prensa)>>endobj
trailer<</Root 1 0 R/Info 4 0 R>>
%%EOF
"""
PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30000/1001:duration=2")
SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")


def jpeg(colour: str = "teal", size: tuple[int, int] = (64, 48), keywords: str = "") -> bytes:
    out, exif = BytesIO(), Image.Exif()
    if keywords:
        exif[0x010E] = keywords  # ImageDescription
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (20, 10), "navy").save(out, "PNG")
    return out.getvalue()


def noise() -> bytes:
    """A photograph whose bytes are spread evenly over its rows."""
    out = BytesIO()
    Image.effect_noise((640, 480), 80).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


@cache
def folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="ingest-clips-", dir=os.environ["ACERVO_TEST_DATA"]))


@cache
def srt_file() -> Path:
    path = folder() / "captions.srt"
    path.write_text(SRT)
    return path


@cache
def clip(name: str) -> Path:
    """``plain.mp4``; ``captioned.mp4`` with a Spanish text track; ``timecode.mov``; ``tone.wav``."""
    path = folder() / name
    captions = ("-i", str(srt_file()), "-c:s", "mov_text", "-metadata:s:s:0", "language=spa")
    more = {
        "plain.mp4": (*PICTURE, *SOUND, *H264, "-metadata", "title=Corte a"),
        "captioned.mp4": (*PICTURE, *SOUND, *captions[:2], *H264, *captions[2:]),
        "timecode.mov": (*PICTURE, *H264, "-timecode", "01:00:00;00"),
        "tone.wav": (*SOUND, "-c:a", "pcm_s16le"),
    }[name]
    subprocess.run([ffmpeg.program(), "-v", "error", *more, str(path)], check=True)
    return path


def file(tmp_path: Path, name: str, content: bytes) -> LocalFile:
    path = tmp_path / "entrada" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return LocalFile(path, os.fsencode(f"entrada/{name}"))


def arrived(
    tmp_path: Path,
    name: str,
    content: bytes,
    *,
    by: User | None = None,
    batch: Batch | None = None,
    version_of: Asset | None = None,
) -> Ingest:
    """A complete upload, not yet run."""
    by = by or factories.person()
    batch = batch or batches.open_for(factories.central(), by=by)
    upload = local_files.take(
        batch, file(tmp_path, name, content), by=by, source=Source.COMMAND, version_of=version_of
    )
    assert upload.stem == companions.stem(name)
    return upload.ingest


def run(ingest: Ingest) -> Any:
    """Run it once, as a worker would; the row as it is then, whose version a test may take for granted."""
    pipeline.run(str(ingest.pk), retry_at=lambda _error: None)
    return Ingest.objects.select_related("version__asset", "upload", "stored").get(pk=ingest.pk)


def ingested(tmp_path: Path, name: str, content: bytes, **more) -> Any:
    return run(arrived(tmp_path, name, content, **more))
