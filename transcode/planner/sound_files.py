"""Plans for sound: all listening copies of a sound file with its measurements in one process, and single files.

A WAV's bext chunk and ID3 tags get their texts here, each folded to what the format can hold.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

import ffmpeg

from transcode.forms import AudioFile, Waveform
from transcode.planner import checks, gain, sound
from transcode.planner import plan as plans
from transcode.planner.cut import Cut
from transcode.planner.outputs import Chosen, file_name, single
from transcode.planner.source import Material
from transcode.qc_profile import QcProfile
from transcode.recipes import Recipe

# EBU Tech 3285: lengths of the bext text fields, in ASCII characters
BEXT_DESCRIPTION, BEXT_ORIGINATOR, BEXT_REFERENCE = 256, 32, 32
ASCII_SIGNS = str.maketrans("“”„«»‘’‹›–—−", '"""""\'\'\'\'---', "¿¡")
# What the end of a result may lack: encoders and resamplers round, 0.1 s is the tolerance for radio
SHORT_S = 0.1
CD_BITS = 16


def plan_sound(material: Material, recipes: Sequence[Recipe], profile: QcProfile) -> plans.Plan:
    """See `planner.plan_previews`."""
    chosen = Chosen(tuple(recipes))
    found = sound.programmes(material.facts)
    heard = sound.chosen(found)
    if heard is None:
        raise plans.PlanError("no_sound")
    measured = checks.sound_checks(found, heard, material.facts, chosen.parameters(Waveform))
    opened = material.opened()
    outputs: list[Any] = []
    nulls: list[Any] = []
    for programme, sheet in zip(found, measured, strict=True):
        samples = sound.heard_from_zero(opened, programme)
        if sheet.waveform is not None:
            branches = samples.asplit()
            outputs = _copies(branches, heard, chosen)
            nulls.append(checks.peak_values(branches[len(outputs)], sheet.waveform))
            samples = branches[len(outputs) + 1]
        nulls.append(checks.loudness_values(samples, sheet, profile))
    made = [single(recipe, "progressive", file_name(recipe)) for recipe, _ in chosen.all(AudioFile)]
    encode = plans.Pass(
        name="previews",
        argv=material.arguments(*outputs, ffmpeg.output(*nulls, "-", format="null")),
        files=tuple(output.entry for output in made),
        seconds=material.seconds,
        fewest_seconds=_fewest(heard, material.seconds),
    )
    return plans.Plan(
        passes=(encode,),
        outputs=(*made, single(chosen.recipe(Waveform), "waveform", plans.WAVEFORM_FILE)),
        notes=sound.notes(found, heard),
        waveform=next(sheet.waveform for sheet in measured if sheet.chosen),
        sound=measured,
    )


def plan_file(
    material: Material,
    recipe: Recipe,
    file: AudioFile,
    options: plans.Options,
    measured: plans.Measured | None,
    labels: plans.Labels,
) -> plans.Plan:
    """One sound file from the programme heard in the previews."""
    found = sound.programmes(material.facts)
    heard = sound.chosen(found)
    if heard is None:
        raise plans.PlanError("no_sound")
    gain_db, notes = gain.gain_for(file.loudness, measured)
    cut = Cut.of(material.facts, options)
    samples = gain.with_gain(gain.delivered_sound(material.opened(), heard, cut, recipe), gain_db)
    changed = bool(gain_db) or heard.tracks[0].bits != CD_BITS or heard.sample_rate != file.sample_rate
    if file.bits == CD_BITS and changed:
        samples = samples.filter("aresample", out_sample_fmt="s16", dither_method="triangular")
    output = file_name(recipe)
    step = plans.Pass(
        name=recipe.slug,
        argv=material.arguments(_encoded(samples, output, file, _labels(file, labels))),
        files=(output,),
        seconds=float(cut.seconds),
        fewest_seconds=_fewest(heard, float(cut.seconds)),
    )
    return plans.Plan(
        passes=(step,),
        outputs=(single(recipe, "file", output),),
        notes=(*sound.notes(found, heard, gain.delivered_channels(heard, recipe)), *notes),
    )


def _copies(branches: Any, heard: sound.Programme, chosen: Chosen) -> list[Any]:
    """Every listening copy, each from a branch of its own."""
    return [
        _encoded(
            sound.stereo(branches[number], heard).filter(
                "aresample", sample_rate=gain.delivered_rate(heard, recipe)
            ),
            file_name(recipe),
            file,
            {},
        )
        for number, (recipe, file) in enumerate(chosen.all(AudioFile))
    ]


def ascii_text(text: str, most: int) -> str:
    """Fold to what a bext field holds: no accents, n for ñ, plain quotes, ? for what has no ASCII likeness."""
    plain = unicodedata.normalize("NFKD", text.translate(ASCII_SIGNS))
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
