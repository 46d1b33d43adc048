"""Facts about pictures of every format, and how broken and hostile ones are refused."""

import json
import tarfile
from pathlib import Path

import pytest
import pyvips

from transcode import images, sandbox
from transcode.facts import ImageFacts
from transcode.images.inspection import inspect, readable
from transcode.sandbox import ParserRefused
from transcode.sniff import sniff

from .pictures import jpeg, quarters

# Where facts.json and this door say different sizes, and why ours is right.
EXPLAINED = {
    # EXIF orientation 6 without HEIF's own box: facts.json shows it lying on its side, and says both are right.
    "photo/heic/iphone_7.heic": (3024, 4032),
}
# What is refused of hostile/, and as what; everything else of it that is a picture is read.
REFUSED = {
    "4aae896ba900c48c63cffc0cc9f8c4dc.png": "undecodable",
    "65536-uint32-limit.png": "too_many_pixels",
    "NegativeArraySizeException.HeifReader.processBoxes.heif": "undecodable",
    "convert_local_etc_passwd.svg": "unsupported_picture",
    "corrupt-header.jpg": "undecodable",
    "crash-2020-10-test.tif": "undecodable",
    "crash-d2c93af851d3ab9a19e34503626368b2ecde9c03.j2k": "undecodable",
    "createimage-by-script.svg": "unsupported_picture",
    "decompression_bomb.gif": "undecodable",
    "huge_tag_exif.jpg": "undecodable",
    "imagetragik1_payload_imageover_file_exfiltration_text_wrapper.jpg": "unsupported_picture",
    "issue_ghsa_5p8g_9xf3_gfrr_poc.webp": "undecodable",
    "oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif": "undecodable",
    "sample.cr2": "undecodable",
    "ssrf_svg_css_import.svg": "unsupported_picture",
    "ssrf_svg_image.svg": "unsupported_picture",
    "timeout-1ee28a249896e05b83840ae8140622de8e648ba9.psd": "unsupported_picture",
    "truncated.png": "truncated",
}
READ = {
    "Crash_test.gif": 1.0,
    "PNG_32x32_resize_bypass_use_LFI.png": 1.0,
    "cut_camera_s.jpg": 0.99,  # progressive: the whole surface is there, coarser
    "image00971.jpg": 1.0,
    "infinite_loop_exif.jpg": 1.0,
    "invalid-iCCP-missing-adler32-checksum.png": 1.0,
    "pVG.jpg": 1.0,
    "png_decompression_dos.png": 1.0,
    "truncated.heic": 1.0,
    "truncated_image.png": 0.8,
    "truncated_jpeg.jpg": 0.99,
    "wrong.heic": 1.0,
}


def sizes(media: Path):
    facts = json.loads((media / "facts.json").read_text())["files"]
    return [
        (name, EXPLAINED.get(name, (told["display_width"], told["display_height"])))
        for name, told in facts.items()
        if name.startswith("photo/") and "display_width" in told
    ]


def test_every_photograph_has_the_size_that_other_tools_saw(media):
    for name, size in sizes(media):
        path = media / name
        facts = ImageFacts.from_json(inspect(str(path), sniff(path).mime))
        assert (facts.display_width, facts.display_height) == size, name


def test_photographs_that_no_other_tool_read(media):
    told = {
        "photo/colour/10x12x16bit-CMYK.psd": (10, 12, 4, 16, "cmyk"),
        "photo/jxl/testJXL_ISOBMFF.jxl": (2550, 3300, 1, 8, "grey"),
    }
    for name, values in told.items():
        facts = ImageFacts.from_json(inspect(str(media / name), sniff(media / name).mime))
        found = (facts.display_width, facts.display_height, facts.bands, facts.bit_depth, facts.colour_space)
        assert found == values, name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photo/avif/10bit-HDR-P3-nclx.avif", {"format": "avif", "bit_depth": 10, "bands": 3}),
        (
            "photo/gif/rotating-squares.gif",
            {"animated": True, "pages": 30, "has_alpha": True, "bit_depth": 8},
        ),
        ("photo/webp/Animation Lossy.webp", {"animated": True, "pages": 101}),
        ("photo/png/iss634.apng", {"animated": True, "pages": 41}),
        ("photo/colour/testTIFF_multipage.tif", {"animated": False, "pages": 2}),
        ("photo/orientation/Landscape_6.jpg", {"orientation": 6, "width": 1200, "display_width": 1800}),
        ("photo/orientation/g4_orientation_6.tif", {"bit_depth": 1, "colour_space": "grey", "width": 88}),
        ("photo/png/16-bit-grey-alpha.png", {"bit_depth": 16, "has_alpha": True, "colour_space": "grey"}),
        ("photo/raw/Canon-R6-pruned.CR3", {"format": "raw", "width": 3408}),
        ("photo/colour/Multiple ICC segments.jpg", {"icc_profile": "U.S. Web Coated (SWOP) v2"}),
    ],
)
def test_facts_beyond_the_size(media, name, expected):
    facts = inspect(str(media / name), sniff(media / name).mime)
    assert {key: facts[key] for key in expected} == expected


def test_every_photograph_can_be_read_whole(media):
    """Through the sandbox, as ingest asks; the pruned CR3 has only its preview."""
    partly = {"Canon-R6-pruned.CR3": 0.5}
    for path in sorted((media / "photo").rglob("*.*")):
        mime = sniff(path).mime
        if mime in {"image/svg+xml", "application/rdf+xml"} or path.name == "200MP.heic":
            continue
        fraction = sandbox.call("transcode.images:readable", str(path), mime, limits=images.LIMITS)
        assert fraction == partly.get(path.name, 1.0), path.name


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_hostile_pictures_are_refused_with_their_reason(media, name):
    path = media / "hostile" / name
    with pytest.raises(ParserRefused) as refusal:
        sandbox.call("transcode.images:readable", str(path), _mime(path), limits=images.LIMITS)
    assert refusal.value.code == REFUSED[name]


@pytest.mark.parametrize("name", sorted(READ))
def test_odd_pictures_are_read_as_far_as_they_go(media, name):
    path = media / "hostile" / name
    fraction = sandbox.call("transcode.images:readable", str(path), sniff(path).mime, limits=images.LIMITS)
    assert fraction == pytest.approx(READ[name], abs=0.02)


def _mime(path: Path):
    """What sniffing says, or, where it refuses the file itself, what the name promises."""
    found = sniff(path).mime
    promised = {".png": "image/png", ".gif": "image/gif", ".jpg": "image/jpeg", ".tif": "image/tiff"}
    promised |= {".cr2": "image/x-canon-cr2", ".webp": "image/webp", ".heif": "image/heif"}
    promised |= {".j2k": "image/x-jp2-codestream"}
    return found if found.startswith("image/") else promised.get(path.suffix, found)


def test_fuzzed_pictures_neither_crash_nor_hang(media, tmp_path):
    """Every one ends read or refused, through the sandbox: nothing dies and nothing takes long."""
    mimes = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif"}
    endings = set()
    with tarfile.open(media / "hostile/fuzz-batch.tar") as archive:
        archive.extractall(tmp_path, filter="data")
    fuzzed = [path for path in sorted(tmp_path.rglob("*")) if path.suffix in mimes]
    assert len(fuzzed) == 120
    for path in fuzzed:
        try:
            sandbox.call("transcode.images:readable", str(path), mimes[path.suffix], limits=images.LIMITS)
        except ParserRefused as refusal:
            endings.add(refusal.code)
        else:
            endings.add("read")
    assert endings <= {"read", "undecodable", "truncated", "too_many_pixels", "no_pixels"}
    assert "read" in endings


@pytest.mark.parametrize("kept", [0.2, 0.45])
def test_less_than_half_a_picture_is_truncated(tmp_path, kept):
    path = _cut(tmp_path / "a.jpg", kept)
    with pytest.raises(ParserRefused) as refusal:
        readable(str(path), "image/jpeg")
    assert refusal.value.code == "truncated"
    assert refusal.value.detail.endswith("%")


@pytest.mark.parametrize("kept", [0.6, 0.9])
def test_more_than_half_a_picture_is_that_much(tmp_path, kept):
    path = _cut(tmp_path / "a.jpg", kept)
    assert readable(str(path), "image/jpeg") == pytest.approx(kept, abs=0.06)


def _cut(path: Path, kept: float):
    noise = pyvips.Image.gaussnoise(800, 800, mean=128, sigma=50).cast("uchar")
    jpeg(path, noise.copy(interpretation="b-w"))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    return path


def test_a_whole_picture_is_whole(tmp_path):
    assert readable(str(jpeg(tmp_path / "a.jpg", quarters(400, 300), 6)), "image/jpeg") == 1.0


def test_a_bomb_is_refused_before_it_is_decoded(media):
    """Within a memory that could not hold a thousandth of it."""
    limits = sandbox.Limits(wall_s=20, cpu_s=10, memory_bytes=700 * 1024**2)
    path = media / "hostile/65536-uint32-limit.png"
    with pytest.raises(ParserRefused) as refusal:
        sandbox.call("transcode.images:inspect", str(path), "image/png", limits=limits)
    assert refusal.value.code == "too_many_pixels"
    assert refusal.value.detail == "65536x65536"


def test_too_little_memory_is_said_to_be_that(media):
    limits = sandbox.Limits(wall_s=120, cpu_s=60, memory_bytes=400 * 1024**2)
    path = media / "photo/heic/200MP.heic"
    with pytest.raises(sandbox.ParserOutOfMemory):
        sandbox.call("transcode.images:readable", str(path), "image/heic", limits=limits)
