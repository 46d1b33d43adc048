"""Who may see jobs, follow what still encodes, ask for formats, stop, try again, and publish presets."""

import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from dam import files, trash
from dam.models import AssetVersion
from tests import factories
from transcode import jobs
from transcode.models import JobState, Preset, PresetVersion, TranscodeJob
from transcode.views import jobs as job_pages

pytestmark = pytest.mark.django_db
MASTER = "video-hls/master.m3u8"
SEGMENT = "video-hls/v360/00000.m4s"


def running(version: AssetVersion) -> TranscodeJob:
    """Previews being made, with one segment there."""
    job = jobs.enqueue_previews(version, by=None)
    assert job is not None
    prefix = f"renditions/{version.code}/{job.pk}-1/"
    job.advance(JobState.RUNNING, by=None, prefix=prefix, live={MASTER: "#EXTM3U\n"}, live_entry=MASTER)
    files.keep(prefix + SEGMENT, [b"segment"])
    return job


def statuses(answers) -> set[int]:
    """The answers' codes; what streams is read to its end."""
    found = set()
    for answer in answers:
        found.add(answer.status_code)
        b"".join(answer)
    return found


def reading(job: TranscodeJob) -> list[str]:
    return [
        *(reverse(f"transcode:{name}", args=[job.pk]) for name in ("job_state", "making")),
        *(reverse("transcode:live", args=[job.pk, path]) for path in (MASTER, SEGMENT)),
        *(reverse(f"transcode:{name}", args=[job.version.code]) for name in ("stage", "formats")),
    ]


def changing(job: TranscodeJob) -> list[str]:
    return [
        *(reverse(f"transcode:{name}", args=[job.pk]) for name in ("stop", "retry")),
        reverse("transcode:ask", args=[job.version.code, "messaging-mp4"]),
    ]


def people(name: str, version: AssetVersion):
    """Somebody of that name's rights towards the version's agency."""
    owner = version.asset.agency
    elsewhere = factories.agency("AJENA", parent=factories.central())
    return {
        "administrator": factories.administrator,
        "central producer": lambda: factories.person("producer"),
        "central coordinator": lambda: factories.person("coordinator"),
        "own producer": lambda: factories.person("producer", owner),
        "own liaison": lambda: factories.person("liaison", owner),
        "own videographer": lambda: factories.person("videographer", owner),
        "uploader": lambda: version.created_by,
        "stranger": lambda: factories.person("producer", elsewhere),
        "nobody's": factories.user,
    }[name]()


def video() -> AssetVersion:
    """A video of an agency, uploaded by its videographer."""
    owner = factories.agency("SSG", parent=factories.central())
    return factories.version("video", of=owner, by=factories.person("videographer", owner))


WHO = [
    ("administrator", True),
    ("central producer", True),
    ("central coordinator", True),
    ("own producer", True),
    ("own liaison", True),
    ("uploader", True),
    ("own videographer", False),
    ("stranger", False),
    ("nobody's", False),
]


@pytest.mark.parametrize(("who", "sees"), WHO)
def test_only_those_who_see_the_material_see_its_job_and_its_bytes(client, who, sees):
    job = running(video())
    client.force_login(people(who, job.version))
    assert statuses(client.get(address) for address in reading(job)) == {200 if sees else 404}
    page = client.get(reverse("transcode:jobs"))
    assert page.status_code == 200
    assert (job.version.code in page.content.decode()) is sees


@pytest.mark.parametrize(("who", "sees"), WHO)
def test_only_those_who_may_download_change_anything(client, who, sees):
    job = running(video())
    client.force_login(people(who, job.version))
    assert statuses(client.post(address) for address in changing(job)) == {302 if sees else 404}
    job.refresh_from_db()
    assert job.stop_requested is sees
    assert TranscodeJob.objects.filter(purpose="messaging-mp4").exists() is sees


def test_nobody_signed_in_is_sent_to_sign_in(client):
    job = running(video())
    for address in (*reading(job), reverse("transcode:jobs"), reverse("transcode:presets")):
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith(reverse("dam:login"))
    job.refresh_from_db()
    assert not job.stop_requested


def test_what_changes_something_is_never_a_get(client):
    job = running(video())
    client.force_login(factories.administrator())
    assert statuses(client.get(address) for address in changing(job)) == {405}
    assert statuses(client.post(address) for address in reading(job)) == {405}


def test_what_lies_in_the_trash_is_not_converted_for_anybody(client):
    job = running(video())
    trash.put(job.version.asset, by=job.version.created_by)
    client.force_login(factories.administrator())
    assert statuses(client.get(address) for address in reading(job)) == {404}
    assert statuses(client.post(address) for address in changing(job)) == {404}


@pytest.mark.parametrize(("who", "allowed"), [("administrator", True), *[(who, False) for who, _ in WHO[1:]]])
def test_only_administrators_read_and_publish_presets(client, who, allowed):
    client.force_login(people(who, video()))
    address = reverse("transcode:preset", args=["photo-web"])
    current = Preset.objects.select_related("current").get(pk="photo-web").current
    assert current is not None
    changed = current.recipe | {"parameters": current.recipe["parameters"] | {"quality": 61}}
    expected = 200 if allowed else 403
    assert client.get(reverse("transcode:presets")).status_code == expected
    assert client.get(address).status_code == expected
    assert client.post(address, {"recipe": json.dumps(changed)}).status_code == (302 if allowed else 403)
    assert PresetVersion.objects.filter(preset="photo-web").count() == (2 if allowed else 1)


@pytest.mark.parametrize(
    "recipe",
    ["", "{", "[]", "null", '"texto"', '{"slug": "photo-web"}', '{"slug": "otro"}', "[" * 5000],
    ids=["nothing", "half", "a list", "null", "text", "lacking all", "another's", "deep"],
)
def test_a_recipe_that_is_none_is_refused_and_kept_to_be_corrected(client, recipe):
    client.force_login(factories.administrator())
    answer = client.post(reverse("transcode:preset", args=["photo-web"]), {"recipe": recipe})
    assert answer.status_code == 400
    assert "La receta no se publicó." in answer.content.decode()
    assert answer.context["text"] == recipe
    assert PresetVersion.objects.filter(preset="photo-web").count() == 1


class TestTheList:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client):
        client.force_login(factories.administrator())

    def test_it_has_pages_and_keeps_the_filter_between_them(self, client, monkeypatch):
        monkeypatch.setattr(job_pages, "PER_PAGE", 2)
        version = factories.version("video")
        for _ in range(5):
            factories.transcode_job(JobState.FAILED, version=version)
        first = client.get(reverse("transcode:jobs"), {"estado": "failed"})
        assert len(first.context["rows"]) == 2
        assert (first.context["previous_url"], first.context["words"]) == ("", "1-2 de 5")
        assert first.context["next_url"] == "?estado=failed&pagina=2"
        last = client.get(reverse("transcode:jobs"), {"estado": "failed", "pagina": "3"})
        assert (len(last.context["rows"]), last.context["next_url"]) == (1, "")

    @pytest.mark.parametrize(
        "query", [{"estado": "nada"}, {"pagina": "x"}, {"pagina": "-1"}, {"pagina": "99"}]
    )
    def test_a_query_that_means_nothing_shows_everything(self, client, query):
        factories.transcode_job()
        answer = client.get(reverse("transcode:jobs"), query)
        assert (answer.status_code, len(answer.context["rows"])) == (200, 1)

    def test_each_state_has_its_count_and_its_tone(self, client):
        version = factories.version("video")
        for state in JobState.values:
            factories.transcode_job(state, version=version)
        context = client.get(reverse("transcode:jobs")).context
        assert [count for _value, _label, count in context["states"]] == [1] * len(JobState.values)
        assert [row["tone"] for row in context["rows"]] == ["bad", "work", "wait", "none", "ok"]

    @pytest.mark.parametrize(("state", "active"), [("queued", True), ("running", True), ("done", False)])
    def test_it_asks_again_only_while_something_is_under_way(self, client, state, active):
        factories.transcode_job(state)
        page = client.get(reverse("transcode:jobs")).content.decode()
        assert ("every 3s" in page) is active

    @pytest.mark.parametrize(
        ("state", "eta", "words"),
        [
            ("running", 1, "falta 1 segundo"),
            ("running", 89, "faltan 89 segundos"),
            ("running", 90, "faltan 2 minutos"),
            ("running", 3600, "faltan 60 minutos"),
            ("running", None, ""),
            ("queued", 40, ""),
            ("done", 0, ""),
        ],
    )
    def test_the_time_left_is_said_as_people_say_it(self, state, eta, words):
        assert job_pages.time_left(TranscodeJob(state=state, eta_s=eta)) == words

    def test_a_job_on_demand_is_named_by_its_format(self):
        job = jobs.request(factories.version("video"), "messaging-mp4", by=None)
        assert isinstance(job, TranscodeJob)
        assert job_pages.what(job) == "MP4 para mensajería"

    @pytest.mark.parametrize(
        ("name", "state", "words"),
        [
            ("stop", JobState.QUEUED, "Se canceló."),
            ("stop", JobState.DONE, "ya había terminado"),
            ("retry", JobState.FAILED, "Se intenta de nuevo."),
            ("retry", JobState.RUNNING, "ya está en marcha o ya terminó"),
        ],
    )
    def test_a_button_says_what_it_did(self, client, name, state, words):
        job = factories.transcode_job(state)
        answer = client.post(reverse(f"transcode:{name}", args=[job.pk]), {"next": "jobs"})
        [said] = [str(message) for message in get_messages(answer.wsgi_request)]
        assert words in said


@pytest.mark.parametrize(
    "path", ["../secreto", "video-hls/../../x", "video-hls/v360/99999.m4s", "", "a\x00b"], ids=repr
)
def test_a_path_that_is_no_piece_of_the_job_is_not_there(client, path):
    job = running(video())
    client.force_login(factories.administrator())
    growing = reverse("transcode:live", args=[job.pk, "x"])
    made = reverse("dam:rendition_file", args=[job.version.code, "video-hls", "x"])
    for address in (growing, made):
        assert client.get(address.removesuffix("x") + path).status_code == 404


def test_a_segment_can_be_had_in_part_and_playlists_are_never_kept(client):
    job = running(video())
    client.force_login(factories.administrator())
    part = client.get(reverse("transcode:live", args=[job.pk, SEGMENT]), headers={"Range": "bytes=1-3"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"egm")
    assert part["Content-Type"] == "video/iso.segment"
    playlist = client.get(reverse("transcode:live", args=[job.pk, MASTER]))
    assert playlist["Content-Type"] == "application/vnd.apple.mpegurl"
    assert playlist["Cache-Control"] == "private, no-store"
