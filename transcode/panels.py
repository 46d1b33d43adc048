"""What this house shows on the asset page: the stage, and the list of formats to download."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dam import transfers
from dam.contracts import Place
from dam.models import Asset, AssetVersion, CaptionTrack, Kind, Rendition, Verdict
from dam.templatetags.acervo import size
from transcode import failures, frame_times, preset_versions
from transcode.models import JobState, TranscodeJob
from transcode.recipes import Recipe
from transcode.views import jobs as job_pages

TONES = {Verdict.FAIL: "bad", Verdict.WARN: "warn"}
NOTHING_MADE = frozenset({Kind.OTHER})


@dataclass(frozen=True)
class Shelf:
    """The renditions of a version by form, read once: ``of("poster")`` is a Rendition or None."""

    version: AssetVersion
    by_form: dict[str, Rendition]

    def url(self, form: str, path: str = "") -> str:
        """Return the address of a rendition's file (its entry by default); empty where it is not made."""
        made = self.by_form.get(form)
        if made is None:
            return ""
        return reverse("dam:rendition_file", args=[self.version.code, made.preset, path or made.entry])


def shelf(version: AssetVersion) -> Shelf:
    """Read the renditions of a version."""
    made = sorted(version.renditions.all(), key=lambda rendition: rendition.created_at)
    return Shelf(version, {rendition.recipe["form"]: rendition for rendition in made})


class Stage:
    """The stage: picture, player or page, while it is being made and after."""

    key = "stage"
    title = _("Vista previa")
    place: Place = "stage"

    def applies(self, asset: Asset, version: AssetVersion) -> bool:  # noqa: ARG002 - the contract
        """Every kind that anything is made of has a stage."""
        return asset.kind not in NOTHING_MADE

    def render(self, request: HttpRequest, asset: Asset, version: AssetVersion) -> str:
        """Return the stage's HTML."""
        job = version.transcode_jobs.filter(purpose="previews").order_by("-requested_at").first()
        made = shelf(version)
        context: dict[str, Any] = {
            "asset": asset,
            "version": version,
            "job": job,
            "photo": None,
            "player": None,
        }
        if asset.kind == Kind.PHOTO:
            context["photo"] = _photo(made, version)
        elif asset.kind == Kind.DOCUMENT:
            context["pages"] = _pages(made)
        else:
            context["player"] = _player(made, version, job, sound=asset.kind == Kind.AUDIO)
        if job is not None and job.state == JobState.FAILED:
            context["failure"] = failures.explain(job)
        if job is not None and job.is_active:
            context["left"] = job_pages.time_left(job)
        return render_to_string("transcode/stage.html", context, request)


def _photo(made: Shelf, version: AssetVersion) -> dict[str, Any] | None:
    sizes = {item.preset: item for item in version.renditions.all() if item.recipe["form"] == "photo_size"}
    web = sizes.get("photo-web") or next(iter(sizes.values()), None)
    if web is None:
        return None
    src = reverse("dam:rendition_file", args=[made.version.code, web.preset, web.entry])
    return {"src": src, "width": web.facts.get("width"), "height": web.facts.get("height"), "large": src}


def _pages(made: Shelf) -> list[dict[str, Any]]:
    pages = made.by_form.get("page_images")
    if pages is None:
        return []
    return [page | {"url": made.url("page_images", page["path"])} for page in pages.facts.get("pages", [])]


def _player(
    made: Shelf, version: AssetVersion, job: TranscodeJob | None, *, sound: bool
) -> dict[str, Any] | None:
    live = ""
    if job is not None and job.state == JobState.RUNNING and job.live_entry:
        live = reverse("transcode:live", args=[job.pk, job.live_entry])
    hls = made.url("hls_ladder") or live
    if not hls and not made.by_form:
        return None
    return {
        "hls": hls,
        "live": bool(live) and "hls_ladder" not in made.by_form,
        "mp4": made.url("progressive_mp4"),
        "sources": _sound_files(made) if sound else [],
        "poster": made.url("poster"),
        "sprite": made.url("scrub_sprite"),
        "peaks": made.url("waveform"),
        "width": version.width or 16,
        "height": version.height or 9,
        "rate_num": version.edit_rate_num,
        "rate_den": version.edit_rate_den,
        "drop_frame": version.drop_frame,
        "start_timecode": version.start_timecode,
        "duration_ticks": version.duration_ticks,
        "captions": [_caption(version, track) for track in version.caption_tracks.all()],
        "marks": _marks(version, made.by_form.get("hls_ladder")),
    }


def _sound_files(made: Shelf) -> list[tuple[str, str]]:
    files = [item for item in made.version.renditions.all() if item.recipe["form"] == "audio_file"]
    at_once = [item for item in files if item.recipe["when"] == "at_once"]
    return [
        (
            reverse("dam:rendition_file", args=[made.version.code, item.preset, item.entry]),
            item.recipe["mime"],
        )
        for item in sorted(at_once, key=lambda item: item.preset)
    ]


def _caption(version: AssetVersion, track: CaptionTrack) -> tuple[str, str, str]:
    url = reverse("dam:captions", args=[version.code, track.pk])
    return url, track.language or "es", str(track)


def _marks(version: AssetVersion, stream: Rendition | None = None) -> list[tuple[int, int, str, str]]:
    """What a check found at a place, in milliseconds: by the rate, or by the table where the rate varies."""
    rate = version.edit_rate
    if rate is None:
        return []
    found = [
        each for each in version.findings.all() if each.verdict in TONES and each.start_ticks is not None
    ]
    times = frame_times.of(stream) if stream is not None and found else []

    def at(tick: int) -> int:
        return times[min(tick, len(times) - 1)] if times else round(tick * 1000 / rate)

    return [
        (
            at(each.start_ticks or 0),
            at(each.end_ticks or each.start_ticks or 0),
            TONES[Verdict(each.verdict)],
            f"{each.item}: {each.value} {each.unit}".strip(),
        )
        for each in found
    ]


class Formats:
    """The standard formats of this kind: kept ones to download, the others to ask for."""

    key = "formats"
    title = _("Formatos")
    place: Place = "download"

    def applies(self, asset: Asset, version: AssetVersion) -> bool:  # noqa: ARG002 - the contract
        """Every kind that anything is made of has formats."""
        return asset.kind not in NOTHING_MADE

    def render(self, request: HttpRequest, asset: Asset, version: AssetVersion) -> str:
        """Return the list's HTML; a script asks for it again while something is being made."""
        language = get_language() or "es-mx"
        # Before what is kept: a job that ends between the two has left its file.
        told = _latest_jobs(version)
        kept = {rendition.recipe_digest: rendition for rendition in version.renditions.all()}
        recipes = [*preset_versions.in_use_for(asset.kind, "on_demand"), *_whole_files(asset)]
        items = [
            _item(request, version, recipe, kept.get(recipe.digest()), told.get(recipe.slug), language)
            for recipe in recipes
        ]
        busy = any(job.is_active for job in told.values())
        return render_to_string(
            "transcode/formats.html",
            {"items": items, "busy": busy, "asset": asset, "version": version},
            request,
        )


def _latest_jobs(version: AssetVersion) -> dict[str, TranscodeJob]:
    """The job to tell of by what it makes: the one that waits or runs, else the last that ended."""
    jobs = sorted(version.transcode_jobs.all(), key=lambda job: (job.is_active, job.state_since))
    return {job.purpose: job for job in jobs}


def _whole_files(asset: Asset) -> list[Recipe]:
    """Of what is made at once, the formats that are one file people want."""
    wanted = {"progressive_mp4", "audio_file", "photo_size"}
    return [
        recipe
        for recipe in preset_versions.in_use_for(asset.kind, "at_once")
        if recipe.form in wanted and "thumbnail" not in recipe.slug
    ]


def _item(
    request: HttpRequest,
    version: AssetVersion,
    recipe: Recipe,
    made: Rendition | None,
    job: TranscodeJob | None,
    language: str,
) -> dict[str, Any]:
    item: dict[str, Any] = {
        "words": recipe.title.text(language),
        "note": recipe.description.text(language),
        "preset": recipe.slug,
    }
    if made is not None:
        path = reverse("dam:rendition_download", args=[version.code, made.preset, made.entry])
        size_bytes = sum(file.stored.size_bytes for file in made.files.all() if file.path == made.entry)
        return item | {"url": transfers.origin(request) + path, "size_words": size(size_bytes)}
    if job is not None and job.is_active:
        return item | {
            "state_words": job.get_state_display(),
            "tone": "work",
            "percent": job.percent,
            "left": job_pages.time_left(job),
        }
    item["request_url"] = reverse("transcode:ask", args=[version.code, recipe.slug])
    if job is not None and job.state == JobState.FAILED:
        item |= {"state_words": failures.explain(job).what, "tone": "bad"}
    return item
