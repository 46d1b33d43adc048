"""Caption files of every format read into one list of cues."""

import struct

import pytest

from ingest.reading.captions import MIMES, read
from transcode import sandbox
from transcode.sandbox import ParserRefused
from transcode.sniff import sniff

SRT, VTT, SCC = "application/x-subrip", "text/vtt", "text/x-scc"
TTML, STL = "application/ttml+xml", "application/x-ebu-stl"


def cues(tmp_path, text: str | bytes, mime: str = SRT):
    path = tmp_path / "a"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [(cue["start_ms"], cue["end_ms"], cue["text"]) for cue in read(str(path), mime)["cues"]]


def language(tmp_path, text: str, mime: str):
    path = tmp_path / "a"
    path.write_text(text)
    return read(str(path), mime)["language"]


def test_srt(tmp_path):
    text = "1\n00:00:01,262 --> 00:00:02,787\nHola,\n<i>buenos días</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nAdiós\n"
    assert cues(tmp_path, text) == [(1262, 2787, "Hola,\nbuenos días"), (3000, 4000, "Adiós")]


@pytest.mark.parametrize(
    "text",
    [
        "00:00:01,000 --> 00:00:02,000\nHola\n\n00:00:03,000 --> 00:00:04,000\nAdiós",
        "1\n00:00:01.000 --> 00:00:02.000\nHola\n\n2\n00:00:03.000 --> 00:00:04.000\nAdiós\n",
        "1\n0:00:01,0 --> 0:00:02,0\nHola\n\n2\n0:00:03 --> 0:00:04\nAdiós\n",
        "1\n00:01,000 --> 00:02,000\nHola\n\n2\n00:03,000 --> 00:04,000\nAdiós\n",
        "1\n00:00:01,000 --> 00:00:02,000 X1:100 X2:200 Y1:1 Y2:2\nHola\n\n2\n00:00:03,000-->00:00:04,000\nAdiós\n",
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nHola\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nAdiós\r\n",
        "1\n00:00:01,000 --> 00:00:02,000\nHola\n2\n00:00:03,000 --> 00:00:04,000\nAdiós\n",
        "\n\n  1 \n 00:00:01,000 --> 00:00:02,000 \n Hola \n\n\n\n 7\n00:00:03,000 --> 00:00:04,000\nAdiós\n\n\n",
        "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}Hola\n\n2\n00:00:03,000 --> 00:00:04,000\n{\\pos(1,2)}Adiós\n",
    ],
    ids=["no counters", "points", "short", "no hours", "positions", "crlf", "no gap", "loose", "commands"],
)
def test_srt_as_it_is_found(tmp_path, text):
    assert cues(tmp_path, text) == [(1000, 2000, "Hola"), (3000, 4000, "Adiós")]


def test_blank_lines_and_numbers_inside_a_cue_stay(tmp_path):
    text = "1\n00:00:01,000 --> 00:00:02,000\nHola\n\nmundo\n\n2\n00:00:03,000 --> 00:00:04,000\n1984\n"
    assert cues(tmp_path, text) == [(1000, 2000, "Hola\nmundo"), (3000, 4000, "1984")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_srt_of_any_encoding(tmp_path, encoding):
    text = "1\n00:00:01,000 --> 00:00:02,000\nNiñez y vacunación en León\n"
    assert cues(tmp_path, text.encode(encoding)) == [(1000, 2000, "Niñez y vacunación en León")]


def test_signs_of_markup_that_are_none(tmp_path):
    text = "1\n00:00:01,000 --> 00:00:02,000\n3 < 4 & más\n"
    assert cues(tmp_path, text) == [(1000, 2000, "3 < 4 & más")]


def test_cues_without_text_or_length_are_left_out(tmp_path):
    text = "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:03,000\nnada\n\n3\n00:00:04,000 --> 00:00:05,000\nsí\n"
    assert cues(tmp_path, text) == [(4000, 5000, "sí")]


def test_cues_come_in_order_of_time(tmp_path):
    text = "1\n00:00:05,000 --> 00:00:06,000\nB\n\n2\n00:00:01,000 --> 00:00:02,000\nA\n"
    assert [cue[2] for cue in cues(tmp_path, text)] == ["A", "B"]


def test_webvtt(tmp_path):
    text = (
        "WEBVTT - prueba\nKind: captions\nLanguage: es-MX\n\nNOTE nada\n\nSTYLE\n::cue { color: red }\n\n"
        "uno\n00:01.000 --> 00:02.500 align:start\n<v Ana>Hola &amp; adiós</v>\n\n"
        "01:00:00.000 --> 01:00:01.000\n<c.yellow>dos</c>\nlíneas\n"
    )
    assert cues(tmp_path, text, VTT) == [(1000, 2500, "Hola & adiós"), (3_600_000, 3_601_000, "dos\nlíneas")]
    assert language(tmp_path, text, VTT) == "es-MX"


def test_words_painted_on_are_shown_as_they_come(tmp_path):
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\nHola <00:02.000>mundo\n"
    assert cues(tmp_path, text, VTT) == [(1000, 2000, "Hola"), (2000, 4000, "Hola mundo")]


@pytest.mark.parametrize("text", ["vtt\n\n00:01.000 --> 00:02.000\nHola", "", "WEBVTTx\n\n"])
def test_a_wrong_signature_is_refused(tmp_path, text):
    with pytest.raises(ParserRefused) as refusal:
        cues(tmp_path, text, VTT)
    assert refusal.value.code == "broken_captions"


POP_ON = "94ae 94ae 9420 9420 9470 9470 c8e5 ec6c efa1 942f 942f"  # Hello!, shown by the last word
TENTH = 3 / 10 * 1001 / 1000  # nine frames, which its words take to be sent


def scc(code: str):
    return f"Scenarist_SCC V1.0\n\n{code}\t{POP_ON}\n\n{code[:6]}05{code[8:]}\t942c 942c\n"


def test_scc_counts_drop_frame_by_the_clock(tmp_path):
    """01:00:00;00 at 29.97 is 107,892 frames: 3,599.9964 s, all but an hour."""
    ((start, _, text),) = cues(tmp_path, scc("01:00:00;00"), SCC)
    assert text == "Hello!"
    assert start == pytest.approx(1000 * (107_892 * 1001 / 30_000 + TENTH), abs=1)


def test_scc_counts_non_drop_frame_by_frames(tmp_path):
    """01:00:00:00 is 108,000 frames: 3,603.6 s."""
    ((start, _, _),) = cues(tmp_path, scc("01:00:00:00"), SCC)
    assert start == pytest.approx(1000 * (108_000 * 1001 / 30_000 + TENTH), abs=1)


def test_ten_minutes_of_drop_frame_are_ten_minutes(tmp_path):
    ((start, _, _),) = cues(tmp_path, scc("00:10:00;00"), SCC)
    assert start == pytest.approx(600_000 + 1000 * TENTH, abs=1)


def test_a_caption_that_nothing_takes_away_ends_all_the_same(tmp_path):
    ((start, end, _),) = cues(tmp_path, f"Scenarist_SCC V1.0\n\n00:00:01;00\t{POP_ON}\n", SCC)
    assert 0 < end - start <= 5000


def test_ttml_adds_up_times_from_the_outside_in(tmp_path):
    text = (
        '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="es"><body begin="10s"><div begin="1s">'
        '<p begin="1s" end="2.5s">Hola<br/>mundo</p><p begin="3s" end="4s"><span>Adiós</span></p></div></body></tt>'
    )
    assert cues(tmp_path, text, TTML) == [(12_000, 13_500, "Hola\nmundo"), (14_000, 15_000, "Adiós")]
    assert language(tmp_path, text, TTML) == "es"


def test_ttml_by_frames(tmp_path):
    text = (
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="30" '
        'ttp:frameRateMultiplier="1000 1001" xml:lang=""><body><div><p begin="30f" end="60f">Hola</p></div></body></tt>'
    )
    assert cues(tmp_path, text, TTML) == [(1001, 2002, "Hola")]


@pytest.mark.parametrize(
    "text",
    [
        "<tt",
        '<!DOCTYPE tt [<!ENTITY a "b">]><tt xmlns="http://www.w3.org/ns/ttml">&a;</tt>',
        '<!DOCTYPE tt SYSTEM "http://example.org/x"><tt xmlns="http://www.w3.org/ns/ttml"/>',
    ],
)
def test_broken_or_hostile_xml_is_refused(tmp_path, text):
    with pytest.raises(ParserRefused) as refusal:
        cues(tmp_path, text, TTML)
    assert refusal.value.code in {"broken_captions", "no_cues"}


def ebu_stl(first: bytes, programme: bytes = b"10000000", code_page: bytes = b"00"):
    """A GSI block and one subtitle, 25 frames a second, by EBU Tech 3264."""
    head = b"850STL25.01" + b"1" + code_page + b"0A"
    head = (
        head.ljust(238, b" ") + b"00001" + b"00001" + b"001" + b"40" + b"23" + b"1" + programme + b"00000000"
    )
    text = (first + b"\x8a").ljust(112, b"\x8f")
    times = struct.pack(">4B4B", 10, 0, 1, 0, 10, 0, 2, 12)
    return head.ljust(1024, b" ") + b"\0" + struct.pack("<H", 1) + b"\xff\0" + times + b"\x14\x02\0" + text


def test_ebu_stl_counts_from_the_start_of_its_programme(tmp_path):
    assert cues(tmp_path, ebu_stl(b"Hola"), STL) == [(1000, 2480, "Hola")]
    assert cues(tmp_path, ebu_stl(b"Hola", b"00000000"), STL)[0][0] == 36_001_000


def test_ebu_stl_writes_accents_before_letters(tmp_path):
    assert cues(tmp_path, ebu_stl(b"Le\xc2on, ni\xc4nez"), STL)[0][2] == "León, niñez"


@pytest.mark.parametrize(
    ("mime", "text"),
    [
        (SRT, "nada aquí\n"),
        (SRT, ""),
        (SCC, "hola"),
        (TTML, "<a/>"),
        (STL, "short"),
        (TTML, '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang=""/>'),
    ],
)
def test_files_without_cues_are_refused(tmp_path, mime, text):
    with pytest.raises(ParserRefused) as refusal:
        cues(tmp_path, text, mime)
    assert refusal.value.code in {"no_cues", "broken_captions"}


def test_other_types_are_not_guessed(tmp_path):
    with pytest.raises(ParserRefused) as refusal:
        cues(tmp_path, "WEBVTT", "text/plain")
    assert refusal.value.code == "unsupported_captions"


def test_a_file_of_many_megabytes_is_refused(tmp_path):
    with pytest.raises(ParserRefused) as refusal:
        cues(tmp_path, b" " * (17 * 1024 * 1024))
    assert refusal.value.code == "too_large"


def test_a_feature_film_is_read_in_time(tmp_path):
    """Two thousand cues within the sandbox's usual minute."""
    clock = "{0:02d}:{1:02d}:{2:02d},000"
    blocks = [
        f"{n}\n{clock.format(n // 1200, n // 20 % 60, n * 3 % 60)} --> {clock.format(n // 1200, n // 20 % 60, n * 3 % 60 + 2)}\nUno\n"
        for n in range(2000)
    ]
    path = tmp_path / "a.srt"
    path.write_text("\n".join(blocks))
    assert len(sandbox.call("ingest.reading.captions:read", str(path), SRT)["cues"]) == 2000


def test_the_shared_captions(media):
    """(language, cues, text of the first, text of the last) of every file that is captions by its content."""
    told = {
        "alignment.srt": ("", 9, "V: Bottom - H: Left", "V: Top - H: Right"),
        "ebu-ttd_sample.ttml": ("de", 13, "00:00:00.000\n00:00:01.400", "00:00:54.480\n00:00:58.240"),
        "pop-on.scc": ("", 3, "( horn honking )", "Test ½ Caption\nTest test Captions"),
        "requirement-0076-009.stl": ("de", 1, "WhiteOnWhite WhiteOnBlack", "WhiteOnWhite WhiteOnBlack"),
        "subtitle.srt": ("", 5, "This is a sub-title\non 2 lines", "and unicode: é ï ö Ä"),
        "subtitle_fr.srt": ("", 5, "Ceci est un sous-titre\nsur 2 lignes", "et de l'unicode: é ï ö Ä"),
        "testWebVTT_utf8.vtt": (
            "",
            10,
            "Well, the feedback indicates",
            "about who does what and who reports to whom.",
        ),
    }
    found = {}
    for path in sorted((media / "captions").iterdir()):
        mime = sniff(path).mime
        if mime in MIMES:
            answer = sandbox.call("ingest.reading.captions:read", str(path), mime)
            texts = [cue["text"] for cue in answer["cues"]]
            found[path.name] = (answer["language"], len(texts), texts[0], texts[-1])
    assert found == told


def test_the_hostile_captions(media):
    with pytest.raises(ParserRefused) as refusal:
        sandbox.call("ingest.reading.captions:read", str(media / "hostile/bad-signature.vtt"), VTT)
    assert refusal.value.code == "broken_captions"
