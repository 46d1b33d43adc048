"""Sound and moving pictures: plan, run ffmpeg, publish what can be watched already, and measure."""

import time
from dataclasses import replace
from pathlib import Path

from dam import metadata
from dam.assets import title_of
from dam.fields import FIELDS
from dam.models import QCFinding, StoredFile
from transcode import ffmpeg, finishing, frame_times, hls, planner, qc, qc_profile
from transcode.facts import MediaFacts
from transcode.ffmpeg_output import Progress
from transcode.making.made import CannotMake, Made, MadeFile, MadeRendition, Work
from transcode.measurements import delivered_loudness
from transcode.planner.plan import (
    MASTER,
    MEDIA,
    STREAM_FOLDER,
    Labels,
    Output,
    Pass,
    Plan,
    PlanError,
    StreamShape,
)
from transcode.recipes import Recipe

MIMES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".mxf": "application/mxf",
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt",
    ".json": "application/json",
}
PUBLISH_SECONDS = 1.0
#: Of the work on a format whose sound is measured first: decoding sound alone is quick.
MEASURING_SHARE = 0.2


def make(work: Work) -> Made:
    """Make what was asked. Raises CannotMake, or transcode.ffmpeg.FfmpegError."""
    facts = MediaFacts.from_json(work.version.technical)
    try:
        if any(recipe.when == "at_once" for recipe in work.recipes):
            return _previews(work, facts)
        return _on_demand(work, facts, work.recipes[0])
    except PlanError as refused:
        raise CannotMake(refused.code, str(refused.detail)) from refused


def _previews(work: Work, facts: MediaFacts) -> Made:
    profile = qc_profile.shipped()
    plan = planner.plan_previews(facts, work.source.name, facts.demuxer, work.recipes, profile)
    stream = _Stream(work, plan, plan.stream) if plan.stream is not None else None
    results = _run(work, plan, stream)
    finishing.finish(plan, work.folder)
    if stream is not None:
        _write_times(work, plan, facts)
        stream.end()
    found = [
        *qc.findings(plan, work.folder, facts, profile, results[0]),
        *qc.note_findings(plan.notes),
    ]
    published = stream.kept if stream is not None else {}
    made = tuple(_rendition(work, plan, output, published) for output in plan.outputs)
    return Made(made, _rows(work, found))


def _write_times(work: Work, plan: Plan, facts: MediaFacts) -> None:
    """Keep the table of a varying rate, where every frame was measured."""
    picture, checks = facts.picture, plan.picture
    if picture is None or checks is None or not picture.variable_frame_rate:
        return
    if checks.rate == picture.frame_rate:
        frame_times.write(work.folder / checks.file, work.folder / STREAM_FOLDER)


def _on_demand(work: Work, facts: MediaFacts, recipe: Recipe) -> Made:
    name, measured = work.source.name, None
    measuring = planner.plan_measure(facts, name, facts.demuxer, recipe)
    if measuring is not None:
        _run(work, measuring, until=MEASURING_SHARE)
        measured = delivered_loudness(work.folder, measuring)
    plan = planner.plan_on_demand(facts, name, facts.demuxer, recipe, measured=measured, labels=_labels(work))
    _run(work, plan, since=0.0 if measuring is None else MEASURING_SHARE)
    made = tuple(_rendition(work, plan, output, {}) for output in plan.outputs)
    return Made(made, _rows(work, qc.note_findings(plan.notes), recipe.slug))


def _run(
    work: Work, plan: Plan, stream: "_Stream | None" = None, *, since: float = 0.0, until: float = 1.0
) -> list[ffmpeg.Result]:
    """Run a plan's passes; they are the part of the job's work from `since` to `until`, 0 to 1."""
    results = []
    for step in plan.passes:
        end = since + step.weight * (until - since)
        results.append(_run_pass(work, step, stream, since, end))
        since = end
    return results


def _run_pass(work: Work, step: Pass, stream: "_Stream | None", since: float, until: float) -> ffmpeg.Result:
    def on_progress(progress: Progress) -> None:
        work.report(*_told(progress, since, until))
        if stream is not None:
            stream.follow()

    return ffmpeg.run(step, work.folder, on_progress=on_progress, should_stop=work.should_stop)


def _told(progress: Progress, since: float, until: float) -> tuple[int, int | None]:
    """How far the whole job is, in permille, and the seconds left: later passes at the pace of this one."""
    done = since + (until - since) * progress.fraction
    left_here = until - done
    eta = progress.eta_s
    if eta is None or left_here <= 0:
        return round(1000 * done), None
    return round(1000 * done), round(eta * (1 - done) / left_here)


class _Stream:
    """Publishes the segments of an adaptive stream as ffmpeg finishes them, and its growing playlists."""

    def __init__(self, work: Work, plan: Plan, shape: StreamShape) -> None:
        self._work = work
        self._shape = shape
        self._slug = next(output.slug for output in plan.outputs if output.role == "stream")
        self._last = 0.0
        self._shown = 0
        self.kept: dict[str, StoredFile] = {}

    def follow(self) -> None:
        """Publish what is new, at most once a second."""
        if time.monotonic() - self._last < PUBLISH_SECONDS:
            return
        self._last = time.monotonic()
        playlists = hls.growing(self._work.folder, self._shape)
        if len(playlists) < len(hls.names(self._shape)) or not all(
            each.segments for each in playlists.values()
        ):
            return
        count = sum(len(playlist.segments) for playlist in playlists.values())
        if count == self._shown:
            return
        self._shown = count
        for name, playlist in playlists.items():
            for file in (playlist.init, *(segment.name for segment in playlist.segments)):
                self._publish(f"{name}/{file}")
        texts = {
            f"{self._slug}/{name}/{MEDIA}": hls.media_playlist(replace(playlist, ended=False))
            for name, playlist in playlists.items()
        }
        entry = f"{self._slug}/{MASTER}"
        texts[entry] = hls.master_playlist(self._shape, self._codecs(playlists))
        self._work.show(texts, entry)

    def end(self) -> None:
        """Publish the rest, the final playlists with it: whoever is watching goes on without noticing."""
        root = self._work.folder / STREAM_FOLDER
        for path in sorted(root.rglob("*")):
            if path.is_file():
                self._publish(path.relative_to(root).as_posix())

    def _publish(self, path: str) -> None:
        if path not in self.kept:
            local = self._work.folder / STREAM_FOLDER / path
            self.kept[path] = self._work.publish(self._slug, MadeFile(path, _mime(path), local))

    def _codecs(self, playlists: dict[str, hls.MediaPlaylist]) -> dict[str, str]:
        root = self._work.folder / STREAM_FOLDER
        return {
            step.name: hls.h264_codec((root / step.name / playlists[step.name].init).read_bytes())
            for step in self._shape.steps
        }


def _rendition(work: Work, plan: Plan, output: Output, published: dict[str, StoredFile]) -> MadeRendition:
    root = work.folder / output.folder
    paths = sorted({path for pattern in output.files for path in root.glob(pattern) if path.is_file()})
    files = tuple(_file(root, path, published if output.role == "stream" else {}) for path in paths)
    recipe = next(recipe for recipe in work.recipes if recipe.slug == output.slug)
    facts: dict[str, object] = {"notes": [note.to_json() for note in plan.notes]}
    if plan.stream is not None and output.role in {"stream", "progressive", "poster"}:
        facts |= {"width": plan.stream.steps[0].width, "height": plan.stream.steps[0].height}
    return MadeRendition(recipe, output.entry, files, facts)


def _file(root: Path, path: Path, published: dict[str, StoredFile]) -> MadeFile:
    relative = path.relative_to(root).as_posix()
    return MadeFile(relative, _mime(relative), published.get(relative, path))


def _mime(path: str) -> str:
    return MIMES.get(Path(path).suffix, "application/octet-stream")


def _rows(
    work: Work, found: "tuple[qc.Finding, ...] | list[qc.Finding]", preset: str = ""
) -> tuple[QCFinding, ...]:
    tool = Path(ffmpeg.program()).name
    return tuple(
        QCFinding(
            version=work.version,
            item=finding.item,
            value=finding.value,
            unit=finding.unit,
            limit=finding.limit,
            verdict=finding.verdict,
            start_ticks=finding.start_ticks,
            end_ticks=finding.end_ticks,
            detail=finding.detail | ({"preset": preset} if preset else {}),
            tool=tool,
        )
        for finding in found
    )


def _labels(work: Work) -> Labels:
    """What travels in a sound file (bext, ID3): the title, its code as reference, and who made it when."""
    known = {key: item.value for key, item in metadata.known(work.version.asset).items() if key in FIELDS}
    day, _t, clock = str(known.get("date_created") or "").partition("T")
    return Labels(
        title=title_of(work.version.asset),
        description=str(known.get("description") or title_of(work.version.asset)),
        originator=work.version.asset.agency.code,
        reference=work.version.code,
        creator=", ".join(known.get("creator") or ()),
        date=day if len(day) == len("2026-11-25") else "",
        hour=clock[:8] if len(clock) >= len("18:40:00") else "",
    )
