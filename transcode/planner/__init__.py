"""Plans: from facts about a file and recipes to commands as data. Nothing here runs, reads or writes anything.

`transcode.ffmpeg.run` runs a plan's passes in order; `transcode.finishing` and `transcode.qc` read what they left.
"""

from collections.abc import Sequence

from transcode.facts import MediaFacts
from transcode.forms import AudioFile, CappedMp4, TvMaster
from transcode.planner.capped import plan_capped
from transcode.planner.gain import plan_measure as plan_loudness
from transcode.planner.plan import Labels, Measured, Options, Plan, PlanError
from transcode.planner.sound_files import plan_file, plan_sound
from transcode.planner.source import Material
from transcode.planner.tv import plan_tv
from transcode.planner.video import plan_video
from transcode.qc_profile import QcProfile
from transcode.recipes import Recipe

NO_OPTIONS = Options()
NO_LABELS = Labels()
# Per encoder, decoder and graph; five encoders of two threads fill eight cores, and two as well
THREADS = 2


def plan_previews(
    facts: MediaFacts,
    name: str,
    demuxer: str,
    recipes: Sequence[Recipe],
    profile: QcProfile,
    *,
    threads: int = THREADS,
) -> Plan:
    """Every copy made at once and every measurement, in one ffmpeg process.

    `name` is the source's file in the scratch folder, `demuxer` what its bytes were found to be. `recipes` are those
    of the kind that are made at once (`recipes.of_kind(facts.kind, 'at_once')`). Raise PlanError when there is
    neither picture nor sound, or a form is missing.
    """
    make = plan_video if facts.video else plan_sound
    return make(Material(facts, name, demuxer, threads), recipes, profile)


def plan_measure(
    facts: MediaFacts,
    name: str,
    demuxer: str,
    recipe: Recipe,
    options: Options = NO_OPTIONS,
    *,
    threads: int = THREADS,
) -> Plan | None:
    """The pass to run first when the recipe asks something of the mix; None when it does not.

    `transcode.measurements.delivered_loudness` reads what it found, for `plan_on_demand`.
    """
    return plan_loudness(Material(facts, name, demuxer, threads), recipe, options)


def plan_on_demand(
    facts: MediaFacts,
    name: str,
    demuxer: str,
    recipe: Recipe,
    options: Options = NO_OPTIONS,
    *,
    measured: Measured | None = None,
    labels: Labels = NO_LABELS,
    threads: int = THREADS,
) -> Plan:
    """One rendition of a recipe that is made when it is asked for.

    `measured` is needed where `plan_measure` gave a plan. `labels` travel in sound files. Raise PlanError: no_picture,
    no_sound, bad_range, does_not_fit, unmeasured, or not_for_ffmpeg for a form that others make.
    """
    material = Material(facts, name, demuxer, threads)
    parameters = recipe.parameters
    if isinstance(parameters, TvMaster):
        return plan_tv(material, recipe, parameters, options, measured)
    if isinstance(parameters, CappedMp4):
        return plan_capped(material, recipe, parameters, options)
    if isinstance(parameters, AudioFile):
        return plan_file(material, recipe, parameters, options, measured, labels)
    raise PlanError("not_for_ffmpeg", form=recipe.form)
