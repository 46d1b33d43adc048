"""Texts on their way into pictures: times that EXIF can say, bytes that IIM can hold, letters that XML can write."""

import re
import unicodedata

import pyexiv2
import pytest
import pyvips
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from transcode import iim_record, xmp_packet
from transcode.embed import Writing, write

PACKET = re.compile(
    r"^<\?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"\?>(.*)<\?xpacket end=\"w\"\?>$", re.DOTALL
)
# As they come from other programs' files: with halves of emoji, controls and accents of their own
any_text = st.text(
    st.one_of(st.characters(), st.sampled_from("\ud83d\udc4d\0\x0b\x1b\ufffe\u0301ñÑ")), max_size=60
)
quick = settings(max_examples=60, deadline=None)


@pytest.fixture
def jpeg(tmp_path):
    path = tmp_path / "a.jpg"
    pyvips.Image.black(16, 16, bands=3).copy(interpretation="srgb").jpegsave(str(path))
    return path


def exif(path, **values):
    write(str(path), Writing(values=values).to_json())
    with pyexiv2.Image(str(path)) as image:
        read: dict[str, str] = image.read_exif()
    return read


@pytest.mark.parametrize(
    ("said", "time", "offset"),
    [
        ("2026-09-16T11:00:00", "2026:09:16 11:00:00", None),
        ("2026-09-16T11:00:00.75", "2026:09:16 11:00:00", None),
        ("2026-09-16T11:00:00-06:00", "2026:09:16 11:00:00", "-06:00"),
        ("2026-09-16T11:00:00.750+05:30", "2026:09:16 11:00:00", "+05:30"),
        ("2026-09-16T17:00:00Z", "2026:09:16 17:00:00", "+00:00"),
        ("2026-09-16T11:00", None, None),
        ("2026-09-16T11:00-06:00", None, None),
        ("2026-09-16T11:00Z", None, None),
        ("2026-09-16", None, None),
    ],
)
def test_a_time_is_written_whole_or_not_at_all(jpeg, said, time, offset):
    """XMP may say hour and minute alone; in EXIF that was no time, which readers threw away or misread."""
    read = exif(jpeg, date_created=said)
    assert read.get("Exif.Photo.DateTimeOriginal") == time
    assert read.get("Exif.Photo.OffsetTimeOriginal") == offset


@pytest.mark.parametrize(
    ("creator", "artist"),
    [(["Ana", "Luis"], "Ana; Luis"), (("Ana",), "Ana"), ("Ana Ñáñez", "Ana Ñáñez"), ([], None), (None, None)],
)
def test_one_creator_or_several(jpeg, creator, artist):
    assert exif(jpeg, creator=creator).get("Exif.Image.Artist") == artist


@quick
@given(any_text, st.integers(0, 40))
def test_a_cut_text_is_the_start_of_the_whole_within_its_bytes(text, octets):
    whole = text.encode("utf-8", "ignore").decode()
    kept = iim_record.truncated(whole, octets)
    assert whole.startswith(kept)
    assert len(kept.encode()) <= octets
    rest = whole[len(kept) :]
    assert not kept or not rest or not unicodedata.combining(rest[0])


@quick
@given(st.lists(any_text, max_size=5))
def test_no_keyword_takes_the_place_of_another(keywords):
    """As many datasets as there are words, in their order: an empty one would shift them."""
    whole = [word.encode("utf-8", "ignore").decode() for word in keywords]
    datasets = iim_record.build({"keywords": whole}).datasets
    assert len(datasets.get("Iptc.Application2.Keywords", [])) == len([word for word in whole if word])


@quick
@given(any_text, st.sampled_from(sorted(xmp_packet.PROPERTIES)))
def test_any_text_makes_a_packet_that_any_program_reads(text, field):
    packet = xmp_packet.build({field: text})
    assert len(packet.encode("utf-8")) <= xmp_packet.MAX_BYTES
    found = PACKET.match(packet)
    assert found is not None
    fromstring(found[1])


@pytest.mark.parametrize("broken", ["a\ud83d", "\udc4da", "a\ud83db", "\ud800\udc00"])
def test_half_an_emoji_is_left_out(broken):
    """Of texts cut by programs that count in UTF-16."""
    packet = xmp_packet.build({"headline": broken})
    kept = "".join(letter for letter in broken if letter in "ab")
    assert f">{kept}</photoshop:Headline>" in packet or (not kept and "photoshop:Headline" in packet)


@pytest.mark.parametrize("values", [{}, {"headline": ""}, {"keywords": []}, {"creator": None, "rating": ""}])
def test_nothing_to_say_is_a_packet_without_properties(values):
    found = PACKET.match(xmp_packet.build(values))
    assert found is not None
    (description,) = fromstring(found[1]).iter(f"{{{xmp_packet.NAMESPACES['rdf']}}}Description")
    assert list(description) == []
