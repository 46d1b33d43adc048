"""Plans for sound: all listening copies of a sound file with its measurements in one process, and single files.

A WAV's bext chunk and ID3 tags get their texts here, each folded to what the format can hold.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

import ffmpeg

from transcode.facts import MediaFacts
from transcode.forms import AudioFile, Waveform
from transcode.planner import checks, gain, sound, source
from transcode.planner import plan as plans
from transcode.planner.cut import Cut
from transcode.planner.outputs import Chosen, single
from transcode.qc_profile import QcProfile
from transcode.recipes import Recipe

# EBU Tech 3285: lengths of the bext text fields, in ASCII characters
BEXT_DESCRIPTION, BEXT_ORIGINATOR, BEXT_REFERENCE = 256, 32, 32
# What the end of a result may lack: encoders and resamplers round, 0.1 s is the tolerance for radio
SHORT_S = 0.1
CD_BITS = 16


def plan_sound(
    facts: MediaFacts, name: str, demuxer: str, recipes: Sequence[Recipe], profile: QcProfile, *, threads: int
) -> plans.Plan:
    """See `planner.plan_previews`."""
    chosen = Chosen(tuple(recipes))
    found = sound.programmes(facts)
    heard = sound.chosen(found)
    if heard is None:
        raise plans.PlanError("no_sound")
    opened = source.open_source(name, demuxer, threads)
    measured = checks.sound_checks(found, heard, facts, chosen.parameters(Waveform))
    outputs: list[Any] = []
    nulls: list[Any] = []
    for programme, sheet in zip(found, measured, strict=True):
        samples = sound.heard_from_zero(opened, programme)
        if sheet.waveform is not None:
            branches = samples.asplit()
            nulls.append(checks.peak_values(branches[0], sheet.waveform))
            for number, (recipe, file) in enumerate(chosen.all(AudioFile), start=2):
                copy = sound.stereo(branches[number], heard).filter(
                    "aresample", sample_rate=gain.delivered_rate(heard, recipe)
                )
                outputs.append(_encoded(copy, file_name(recipe), file, {}))
            samples = branches[1]
        nulls.append(checks.loudness_values(samples, sheet, profile))
    outputs.append(ffmpeg.output(*nulls, "-", format="null"))
    made = [single(recipe, "progressive", file_name(recipe)) for recipe, _ in chosen.all(AudioFile)]
    waveform = chosen.recipe(Waveform)
    encode = plans.Pass(
        name="previews",
        argv=source.arguments(outputs, threads),
        files=tuple(output.entry for output in made),
        seconds=source.seconds(facts),
        fewest_seconds=_fewest(heard, float(facts.duration)),
    )
    return plans.Plan(
        passes=(encode,),
        outputs=(*made, single(waveform, "waveform", plans.WAVEFORM_FILE)),
        notes=sound.notes(found, heard),
        waveform=next(sheet.waveform for sheet in measured if sheet.chosen),
        sound=measured,
    )


def plan_file(
    facts: MediaFacts,
    name: str,
    demuxer: str,
    recipe: Recipe,
    file: AudioFile,
    options: plans.Options,
    *,
    measured: plans.Measured | None,
    labels: plans.Labels,
    threads: int,
) -> plans.Plan:
    """One sound file from the programme heard in the previews."""
    found = sound.programmes(facts)
    heard = sound.chosen(found)
    if heard is None:
        raise plans.PlanError("no_sound")
    gain_db, notes = gain.gain_for(file.loudness, measured)
    cut = Cut.of(facts, options)
    opened = source.open_source(name, demuxer, threads)
    samples = gain.with_gain(gain.delivered_sound(opened, heard, cut, recipe), gain_db)
    changed = bool(gain_db) or heard.tracks[0].bits != CD_BITS or heard.sample_rate != file.sample_rate
    if file.bits == CD_BITS and changed:
        samples = samples.filter("aresample", out_sample_fmt="s16", dither_method="triangular")
    output = file_name(recipe)
    step = plans.Pass(
        name=recipe.slug,
        argv=source.arguments([_encoded(samples, output, file, _labels(file, labels))], threads),
        files=(output,),
        seconds=float(cut.seconds),
        fewest_seconds=_fewest(heard, float(cut.seconds)),
    )
    return plans.Plan(
        passes=(step,),
        outputs=(single(recipe, "file", output, recipe.digest(options)),),
        notes=(*sound.notes(found, heard), *notes),
    )


def file_name(recipe: Recipe) -> str:
    return f"{recipe.slug}.{recipe.extension}"


def ascii_text(text: str, most: int) -> str:
    """Fold to what a bext field holds: no accents, n for ñ, ? for what has no ASCII likeness."""
    plain = unicodedata.normalize("NFKD", text.replace("¿", "").replace("¡", ""))
    kept = "".join(each for each in plain if not unicodedata.combining(each))
    return kept.encode("ascii", "replace").decode("ascii")[:most]


def _fewest(heard: sound.Programme, seconds: float) -> float | None:
    """The length a result must reach; None where the file's own word about it is only a guess."""
    return max(0.0, seconds - SHORT_S) if heard.tracks[0].samples else None


def _encoded(stream: Any, output: str, file: AudioFile, extra: dict[str, Any]) -> Any:
    options: dict[str, Any] = {
        "format": file.muxer,
        "c:a": file.codec,
        "map_metadata": -1,
        "map_chapters": -1,
        **extra,
    }
    if file.kbps is not None:
        options["b:a"] = f"{file.kbps}k"
    if file.muxer == "mp4":
        options["movflags"] = "+faststart"
    if file.muxer == "wav":
        options["rf64"] = "auto"  # past 4 GB, where WAV's own sizes end
    return ffmpeg.output(stream, output, **options)


def _labels(file: AudioFile, labels: plans.Labels) -> dict[str, Any]:
    """ffmpeg-python writes a repeated option from keys that differ in their stream part: metadata:g:0, :g:1..."""
    if file.labels == "bext":
        texts = {
            "description": ascii_text(labels.description or labels.title, BEXT_DESCRIPTION),
            "originator": ascii_text(labels.originator, BEXT_ORIGINATOR),
            "originator_reference": ascii_text(labels.reference, BEXT_REFERENCE),
            "origination_date": labels.date,
            "origination_time": labels.hour,
            "time_reference": str(labels.time_reference),
            "coding_history": f"A=PCM,F={file.sample_rate},W={file.bits},T=Acervo",
        }
        return {"write_bext": 1, **_metadata(texts)}
    if file.labels == "id3":
        texts = {
            "title": labels.title,
            "artist": labels.creator,
            "publisher": labels.originator,
            "comment": labels.description,
            "date": labels.date,
        }
        return {"id3v2_version": 3, "write_id3v1": 0, **_metadata(texts)}
    return {}


def _metadata(texts: dict[str, str]) -> dict[str, str]:
    filled = [(key, text) for key, text in texts.items() if text]
    return {f"metadata:g:{number}": f"{key}={text}" for number, (key, text) in enumerate(filled)}
