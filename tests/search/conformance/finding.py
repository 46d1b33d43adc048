"""What is found by which words, and what is shown of it."""

import pytest

from search.document import CueDocument
from search.query import Query, Segment, Sort
from tests.search.making import ask, document, found, marked, plain


class TestWords:
    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            ("Entrega de becas", "beca"),
            ("Entrega de becas", "BECAS"),
            ("Vacunación en León", "vacunacion"),
            ("VACUNACION EN LEON", "vacunación león"),
            ("Vacunación", "vacunas"),
            ("POLICIA ESTATAL", "policía"),
            ("Policía estatal", "policia"),
            ("El D.I.F. Estatal", "DIF"),
            ("El DIF Estatal", "d.i.f."),
            ("Viaje a EE. UU.", "eeuu"),
            ("Estado de fuerza", "estado"),
            ("Sin sentido", "sin sentido"),
            ("Se crearán 900 empleos", "900"),
            ("Informe 2026", "2026"),
            ("Recorrido por el C5", "c5"),
            ("Vitamina E", "vitamina e"),
            ("Dos de la tarde", "de la"),
            ("Dron-video O'Higgins (toma 3/4)", "o'higgins toma"),
            ("El niño", "nino"),
            ("Peńa con otro acento", "pena"),
            ("Becas\u00ad y a\u0301rboles", "árbol"),
        ],
    )
    def test_a_word_is_found_however_it_is_written(self, engine, written: str, asked: str) -> None:
        engine.upsert([document(1, headline=written), document(2, headline="Otra cosa muy distinta")])
        assert found(engine, asked) == [1]

    @pytest.mark.parametrize(
        ("written", "asked"),
        [
            ("Entrega de becas", "entregamos nada"),
            ("Presa de La Purísima", "prensa libre"),
            ("Reforma", "reforestación"),
            ("Entrega", "ent ega"),
        ],
    )
    def test_every_word_must_be_there(self, engine, written: str, asked: str) -> None:
        engine.upsert([document(1, headline=written)])
        assert found(engine, asked) == []

    def test_the_words_may_be_in_different_fields(self, engine) -> None:
        engine.upsert(
            [
                document(
                    1,
                    headline="Banderazo",
                    description="Texto alternativo",
                    keywords=("influenza", "campaña invernal"),
                    people=("Ana Peña",),
                    places=("León",),
                    agency="Secretaría de Salud",
                    agency_path=("GTO", "SSG"),
                    production_titles=("Octubre rosa",),
                    event="Arranque",
                    creator="Luis Cano",
                    credit="Comunicación Social",
                    document_text="página segunda",
                    cues=(CueDocument("es", 0, 1000, "la mastografía"),),
                    kind="photo",
                    ym="2026-10",
                    orientation="portrait",
                )
            ]
        )
        for asked in (
            "banderazo influenza ana",
            "leon secretaria rosa",
            "ssg arranque cano",
            "social segunda mastografia",
            "fotos banderazo octubre 2026",
            "alternativo vertical",
        ):
            assert found(engine, asked) == [1], asked

    def test_the_last_word_may_be_a_beginning(self, engine) -> None:
        engine.upsert([document(1, headline="Vacunación en Acámbaro"), document(2, headline="Vaca")])
        assert found(engine, "vacunac") == [1]
        assert found(engine, "vacunación acam") == [1]
        assert found(engine, "aca vacunación") == []
        assert found(engine, "va") == []

    @pytest.mark.parametrize("asked", ["vacunasión", "vacunaciòn", "avcunación", "vacunción", "vacunaciión"])
    def test_one_typing_error_is_forgiven(self, engine, asked: str) -> None:
        engine.upsert([document(1, headline="Vacunación"), document(2, headline="Evacuación")])
        assert found(engine, asked)[0] == 1

    def test_two_typing_errors_are_not(self, engine) -> None:
        engine.upsert([document(1, headline="Reforestación")])
        assert found(engine, "redorestasión") == []

    def test_a_word_that_is_known_is_not_taken_for_an_error(self, engine) -> None:
        engine.upsert([document(1, headline="La presa"), document(2, headline="La prensa")])
        assert found(engine, "prensa libre") == []
        assert found(engine, "prensa") == [2]

    def test_known_is_what_the_viewer_may_see(self, engine) -> None:
        engine.upsert(
            [document(1, headline="Vacunación"), document(2, headline="Vacunasión", seen_by=("others",))]
        )
        assert found(engine, "vacunasión", viewer=frozenset({"office"})) == [1]

    def test_a_phrase_is_found_only_whole(self, engine) -> None:
        engine.upsert(
            [
                document(1, headline="Agua potable para todos"),
                document(2, headline="Potable es el agua"),
                document(3, headline="Entrega de becas"),
                document(4, headline="Entrega becas"),
            ]
        )
        assert found(engine, '"agua potable"') == [1]
        assert found(engine, "«agua potable» todos") == [1]
        assert found(engine, '"entrega de becas"') == [3]
        assert found(engine, '"agua"', sort=Sort.OLDEST) == [1, 2]
        assert found(engine, '"pota"') == []

    def test_codes_are_found_exactly(self, engine) -> None:
        engine.upsert(
            [
                document(1, codes=("AB2CD34X", "AB2CD34X23"), headline="Una"),
                document(2, codes=("AB2CD34Y",), headline="Otra, copia de AB2CD34X"),
            ]
        )
        assert found(engine, "AB2CD34X") == [1, 2]
        assert found(engine, "ab2cd34x23") == [1]
        assert found(engine, " ab2c-d34y ") == [2]
        assert found(engine, "AB2CD34Z") == []
        assert found(engine, "AB2CD34X Una")[0] == 1

    @pytest.mark.parametrize(
        "asked", ["c0012", "0012", "spotbecas", "SpotBecas_C0012.MP4", "becas mp4", "spotbec"]
    )
    def test_a_file_name_is_found_by_its_parts(self, engine, asked: str) -> None:
        engine.upsert([document(1, filename="SpotBecas_C0012.MP4"), document(2, filename="C0013.MOV")])
        assert found(engine, asked) == [1]


class TestOddTexts:
    @pytest.mark.parametrize(
        "text",
        [
            '"',
            '""',
            '"""',
            "'",
            "-",
            "*",
            "¿?¡!",
            "AND OR NOT *",
            "AND",
            "+becas -presa",
            "headline:becas",
            "(becas",
            "becas^2 ~1 [a TO b]",
            "\\",
            "\x00\x01\x1f",
            "\ud800",
            "😀",
            "👩‍👩‍👧 🇲🇽",
            "a" * 10_240,
            "palabra " * 2_000,
            "".join(chr(0x100 + number) + " " for number in range(5_000)),
            '"' + "una frase " * 500 + '"',
            '"de la"',
            '"becas"',
            '"a" "b" "c"',
            "ﬁn de año ½ № １２",
            "مرحبا 你好 ไทย",
            "/.*/",
            "\u202e becas \u200d",
        ],
    )
    def test_no_text_is_an_error(self, engine, text: str) -> None:
        engine.upsert([document(1, headline="Entrega de becas", description="Fin de año")])
        for sort in (Sort.RELEVANCE, Sort.TITLE):
            result = engine.search(
                Query(viewer=frozenset({"office"}), text=text, sort=sort, facets=("kind",))
            )
            assert 0 <= result.total <= 1

    def test_signs_alone_find_nothing_and_no_text_finds_everything(self, engine) -> None:
        engine.upsert([document(1, headline="Entrega de becas")])
        assert found(engine, "¿?") == []
        assert found(engine, "   ") == [1]

    def test_odd_documents_are_kept(self, engine) -> None:
        odd = "\x00 😀 \ud800 " + "x" * 5_000 + " becas " + "palabra " * 20_000
        engine.upsert([document(1, headline=odd, keywords=("", " ", "😀"), document_text=odd, filename=odd)])
        assert found(engine, "becas") == [1]
        assert found(engine, "x" * 5_000) == [1]


class TestHighlights:
    def test_what_answers_is_marked_in_each_field(self, engine) -> None:
        engine.upsert(
            [
                document(
                    1,
                    headline="Vacunación en León",
                    keywords=("vacunas", "salud"),
                    people=("Ana",),
                    filename="spot_vacuna.mp4",
                )
            ]
        )
        hit = ask(engine, "vacunacion leo").hits[0]
        assert marked(hit, "headline") == ["Vacunación", "León"]
        assert [plain(value) for value in hit.highlights["keywords"]] == ["vacunas"]
        assert marked(hit, "filename") == ["vacuna"]
        assert "people" not in hit.highlights
        assert plain(hit.highlights["headline"][0]) == "Vacunación en León"

    def test_a_typing_error_marks_what_it_found(self, engine) -> None:
        engine.upsert([document(1, headline="Las ambulancias")])
        assert marked(ask(engine, "ambulansias").hits[0], "headline") == ["ambulancias"]

    def test_nothing_is_html(self, engine) -> None:
        engine.upsert([document(1, headline="<b>Becas</b> & más")])
        highlight = ask(engine, "becas").hits[0].highlights["headline"][0]
        assert highlight == (Segment("<b>"), Segment("Becas", marked=True), Segment("</b> & más"))

    def test_without_a_text_nothing_is_marked(self, engine) -> None:
        engine.upsert([document(1, headline="Becas")])
        assert ask(engine).hits[0].highlights == {}


class TestCaptions:
    CUES = (
        CueDocument("es", 1_500, 4_000, "La presa está al cien por ciento."),
        CueDocument("es", 62_250, 65_000, "Pedimos calma a las familias."),
        CueDocument("en", 62_250, 65_000, "Please stay quiet."),
        CueDocument("es", 70_000, 71_000, "♪♪"),
    )

    def test_a_word_is_found_to_the_second(self, engine) -> None:
        engine.upsert([document(1, cues=self.CUES), document(2, headline="Familias")])
        result = ask(engine, "familia", sort=Sort.OLDEST)
        cues = {hit.asset_id: hit.cues for hit in result.hits}[document(1).id]
        assert [(cue.track, cue.start_ms, cue.end_ms, cue.second) for cue in cues] == [
            ("es", 62_250, 65_000, 62)
        ]
        assert [segment.text for segment in cues[0].text if segment.marked] == ["familias"]

    def test_the_best_cues_come_first_and_any_word_will_do(self, engine) -> None:
        cues = tuple(CueDocument("es", number * 1000, number * 1000 + 900, "la presa") for number in range(9))
        best = CueDocument("es", 20_000, 21_000, "calma en la presa")
        engine.upsert([document(1, headline="Prensa", cues=(*cues, best))])
        hit = ask(engine, "presa calma prensa").hits[0]
        assert hit.cues[0].start_ms == 20_000
        assert 1 < len(hit.cues) <= 5

    def test_cues_follow_their_asset(self, engine) -> None:
        engine.upsert([document(1, cues=self.CUES)])
        engine.upsert([document(1, revision=2, headline="Calma", cues=self.CUES[:1])])
        assert ask(engine, "calma").hits[0].cues == ()
        assert found(engine, "familias") == []
        engine.upsert([document(1, revision=3, headline="Calma")])
        assert ask(engine, "presa").hits == ()
        engine.delete({document(1).id: 3})
        assert found(engine, "calma") == []
