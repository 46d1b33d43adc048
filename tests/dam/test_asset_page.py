"""The asset page: everything recorded of a version, what the person may do, and nothing that runs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dam import assets, metadata, productions, trash
from dam.models import Asset, Role
from tests import factories
from tests.dam.pages import read, send

pytestmark = pytest.mark.django_db
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}'


@pytest.fixture
def by():
    return factories.person(name="ana")


@pytest.fixture
def browser(client: Client, by) -> Client:
    client.force_login(by)
    return client


@pytest.fixture
def asset(by) -> Asset:
    """A video with one of everything."""
    made = factories.asset("video", by=by, headline="Presa La Purísima", start_timecode="01:00:00:00")
    version = made.current
    assert version is not None
    factories.rendition(version, "video-poster", {"poster.jpg": b"p"}, form="poster")
    factories.captions(version, [(0, 1500, "Buenos días"), (62_000, 63_000, "Hasta luego")])
    factories.finding(
        version, "video.black", value="1.20", unit="s", limit="<0.5", verdict="fail", start_ticks=60
    )
    factories.attached(version, filename="C0001M01.XML")
    production = factories.production("Informe", by=by)
    productions.use(production, made, role="used_in", by=by)
    return made


def url(asset: Asset, **query: str) -> str:
    return reverse("dam:asset", args=[asset.code]) + "".join(
        f"?{key}={value}" for key, value in query.items()
    )


class TestWhatIsShown:
    def test_the_title_and_how_it_is_known(self, browser, asset):
        page = read(browser, url(asset))
        assert page.status == 200
        assert "Presa La Purísima" in page.text
        assert "ana, " in page.text
        assert asset.code in page.text

    def test_the_report_with_value_limit_verdict_and_place(self, browser, asset):
        page = read(browser, url(asset, pestana="tecnica"))
        assert "No cumple Negro 1.20 s límite < 0.5 01:00:02:00" in page.text
        assert ("a", "2002") in [(tag, attrs.get("data-seek-ms")) for tag, attrs in page.tags]

    def test_every_file_with_its_hash(self, browser, asset):
        assert asset.current is not None
        page = read(browser, url(asset))
        for file in asset.current.files.all():
            assert file.filename in page.text
            assert file.stored_id in page.text
        attached = asset.current.files.get(role="sidecar")
        download = reverse("dam:file_download", args=[asset.current.code, attached.pk])
        assert any(link.endswith(download) for link in page.links)

    def test_the_captions_with_a_way_to_each_second(self, browser, asset):
        page = read(browser, url(asset))
        assert "Buenos días" in page.text
        assert "?t=62.000" in page.links

    def test_uses_versions_and_history(self, browser, asset):
        page = read(browser, url(asset))
        assert "Informe Usado en" in page.text
        assert "Versión 1" in page.text
        assert "Se agregó a la producción Informe (Usado en)" in page.text
        assert "Se agregó la versión 1" in page.text

    def test_where_nothing_is_described_it_says_how_to_begin(self, browser, by):
        page = read(browser, url(factories.asset(by=by)))
        assert "Todavía nadie lo ha descrito" in page.text

    def test_what_has_no_preview_says_so(self, browser, by):
        page = read(browser, url(factories.asset("other", by=by)))
        assert "no tiene vista previa" in page.text

    def test_photo_facts_are_shown(self, browser, by):
        technical = {"format": "jpeg", "colour_space": "srgb", "icc_profile": "Adobe RGB (1998)", "pages": 1}
        page = read(browser, url(factories.asset(by=by, technical=technical)))
        assert "Adobe RGB (1998)" in page.text

    @pytest.mark.parametrize("tab", ["ficha", "tecnica", "versiones", "usos", "historia", "nada"])
    def test_a_tab_is_chosen_without_script(self, browser, asset, tab: str):
        page = read(browser, url(asset, pestana=tab))
        chosen = [attrs["id"] for tag, attrs in page.tags if tag == "input" and "checked" in attrs]
        assert f"pestana-{tab if tab != 'nada' else 'ficha'}" in chosen


class TestVersions:
    def test_an_earlier_version_stays_reachable_and_says_that_it_is_not_the_current_one(self, browser, asset):
        first = asset.current
        assert first is not None
        second = assets.add_version(asset, factories.original("video"), by=asset.created_by, note="Sin logo")
        page = read(browser, reverse("dam:asset", args=[first.code]))
        assert "versión 1, que ya fue corregida" in page.text
        assert "Sin logo" in page.text
        assert reverse("dam:asset", args=[second.code]) in page.links
        assert "ya fue corregida" not in read(browser, url(asset)).text

    def test_a_new_version_is_uploaded_from_here(self, browser, asset):
        page = read(browser, url(asset))
        assert f"{reverse('ingest:upload')}?version_of={asset.code}" in page.links

    @pytest.mark.parametrize("code", ["ZZZZZZZZ", "x", "%00", "seleccion"])
    def test_other_codes_are_not_there(self, browser, code: str):
        assert browser.get(f"/acervo/{code}/").status_code == 404


class TestDownloads:
    def test_the_original_is_first_in_the_list(self, browser, asset):
        assert asset.current is not None
        page = read(browser, url(asset))
        original = reverse("dam:original_download", args=[asset.current.code])
        assert any(link.endswith(original) for link in page.links)

    def test_a_link_for_other_programs_works_without_a_session(self, browser, asset):
        page = read(browser, url(asset))
        link = next(word for word in page.text.split() if "enlace=" in word)
        answer = Client().get(link.partition("/descargas/")[1] + link.partition("/descargas/")[2])
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]


class TestWhoMay:
    def test_a_guest_sees_and_downloads_and_nothing_else(self, client, asset):
        agency = factories.agency("SSG", parent=factories.central())
        factories.share(asset, agency)
        client.force_login(factories.person(Role.LIAISON, agency))
        page = read(client, url(asset))
        code = asset.code
        assert "Descargar" in page.text
        assert page.offers(reverse("dam:access", args=[code]))
        for name in ("share_asset", "put_in_trash"):
            assert not page.offers(reverse(f"dam:{name}", args=[code]))
        assert not [link for link in page.links if "ficha" in link or "version_of" in link]

    @pytest.mark.parametrize("name", ["describe", "take_back", "put_in_trash", "restore", "share_asset"])
    def test_what_a_guest_may_not_do_is_refused(self, client, asset, name: str):
        agency = factories.agency("SSG", parent=factories.central())
        factories.share(asset, agency)
        client.force_login(factories.person(Role.LIAISON, agency))
        assert client.post(reverse(f"dam:{name}", args=[asset.code])).status_code == 403
        asset.refresh_from_db()
        assert asset.trashed_at is None

    @pytest.mark.parametrize(
        "name", ["asset", "describe", "take_back", "put_in_trash", "restore", "share_asset", "access"]
    )
    def test_for_strangers_nothing_is_there(self, client, asset, name: str):
        client.force_login(factories.person(of=factories.agency("SSG", parent=factories.central())))
        address = reverse(f"dam:{name}", args=[asset.code])
        assert {client.get(address).status_code, client.post(address).status_code} <= {404, 405}
        assert 404 in {client.get(address).status_code, client.post(address).status_code}

    def test_a_production_one_may_not_see_is_not_named(self, client, asset):
        agency = factories.agency("SSG", parent=factories.central())
        factories.share(asset, agency)
        client.force_login(factories.person(Role.LIAISON, agency))
        page = read(client, url(asset, pestana="usos"))
        assert "No está en ninguna producción" in page.text

    def test_nobody_is_sent_to_sign_in(self, client, asset):
        response = client.get(url(asset))
        assert response.status_code == 302
        assert response["Location"] == f"/entrar/?next={url(asset)}"


class TestTrash:
    def test_to_the_trash_and_back_from_the_page(self, browser, asset):
        page = send(browser, reverse("dam:put_in_trash", args=[asset.code]))
        assert "está en la papelera" in page.text
        assert page.offers(reverse("dam:restore", args=[asset.code]))
        assert not page.offers(reverse("dam:put_in_trash", args=[asset.code]))
        assert "Editar ficha" not in page.text
        page = send(browser, reverse("dam:restore", args=[asset.code]))
        assert "Se restauró el material" in page.text
        assert page.offers(reverse("dam:put_in_trash", args=[asset.code]))


class TestNothingRuns:
    def test_names_and_metadata_are_text(self, browser, by):
        asset = factories.asset("video", by=by, name=EVIL, filename=EVIL)
        version = asset.current
        assert version is not None
        fields = ["headline", "description", "credit_line", "keywords", "persons_shown", "event"]
        metadata.describe(asset, dict.fromkeys(fields, EVIL), by=by)
        metadata.record_embedded(asset, [metadata.Found("headline", (EVIL,), origin=EVIL[:90])], by=None)
        factories.captions(version, [(0, 1, EVIL)])
        factories.finding(version, EVIL[:60], value=EVIL, unit=EVIL[:20], limit=EVIL, detail={"places": EVIL})
        factories.attached(version, filename=EVIL)
        production = factories.production(EVIL, by=by)
        productions.use(production, asset, role="used_in", by=by)
        factories.collection(EVIL, by=by)
        trash.put(factories.asset(by=by, name=EVIL), by=by)
        addresses = [
            url(asset),
            reverse("dam:describe", args=[asset.code]),
            reverse("dam:share_asset", args=[asset.code]),
            reverse("dam:access", args=[asset.code]),
            reverse("dam:productions"),
            reverse("dam:production", args=[production.pk]),
            reverse("dam:edit_production", args=[production.pk]),
            reverse("dam:collections"),
            reverse("dam:trash"),
            reverse("dam:home"),
        ]
        for address in addresses:
            page = read(browser, address)
            assert page.status == 200
            assert "alert(1)" in page.text or "alert(1)" in page.html
            assert "<script>alert" not in page.html
            assert not [attrs for _tag, attrs in page.tags if "onerror" in attrs]
            assert "{{ 7" in page.html or "7|add" not in page.html
            scripts = [attrs for tag, attrs in page.tags if tag == "script"]
            assert all((attrs.get("src") or "").startswith("/static/dist/") for attrs in scripts)
            assert not page.attributes("div", "style")

    def test_the_policy_lets_only_our_own_scripts_run(self, browser, asset):
        policy = browser.get(url(asset))["Content-Security-Policy"]
        assert "script-src 'self';" in f"{policy};"
        assert "unsafe" not in policy


class TestQueries:
    def fill(self, asset: Asset, count: int) -> None:
        by, version = asset.created_by, asset.current
        assert version is not None
        for number in range(count):
            factories.rendition(version, f"preset-{number}", {f"{index}.jpg": b"x" for index in range(3)})
            factories.captions(version, [(index * 1000, index * 1000 + 500, "x") for index in range(5)])
            factories.finding(version, f"item.{number}")
            factories.attached(version, filename=f"{number}.xml")
            metadata.describe(asset, {"keywords": [f"k{index}" for index in range(number + 3)]}, by=by)
            productions.use(factories.production(by=by), asset, role="used_in", by=factories.person())
            factories.share(asset, factories.agency(parent=factories.central()))
            factories.collection(by=by)
        for _ in range(count):
            assets.add_version(asset, factories.original("video"), by=factories.person())
        Asset.objects.filter(pk=asset.pk).update(current=version)

    @pytest.mark.parametrize("who", ["owner", "guest"])
    def test_they_are_as_many_for_little_as_for_much(self, client, asset, who: str):
        someone = asset.created_by
        if who == "guest":
            agency = factories.agency("SSG", parent=factories.central())
            factories.share(asset, agency)
            someone = factories.person(Role.LIAISON, agency)
        client.force_login(someone)
        self.fill(asset, 1)
        read(client, url(asset))
        with CaptureQueriesContext(connection) as little:
            assert read(client, url(asset)).status == 200
        self.fill(asset, 4)
        with CaptureQueriesContext(connection) as much:
            assert read(client, url(asset)).status == 200
        assert len(much) == len(little), "\n".join(query["sql"][:200] for query in much)
        assert len(much) <= 45
