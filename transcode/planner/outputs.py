"""The recipes that one plan makes together, found by the form they have."""

from dataclasses import dataclass
from typing import TypeVar

from transcode.forms import Parameters
from transcode.planner import plan as plans
from transcode.recipes import Recipe

Form = TypeVar("Form", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is made at once, by form: each form has one recipe, but for sound files, of which all are made."""

    recipes: tuple[Recipe, ...]

    def all(self, form: type[Form]) -> tuple[tuple[Recipe, Form], ...]:
        return tuple((each, each.parameters) for each in self.recipes if isinstance(each.parameters, form))

    def one(self, form: type[Form]) -> tuple[Recipe, Form]:
        """Raise PlanError('missing_form') when no recipe has it."""
        for found in self.all(form):
            return found
        raise plans.PlanError("missing_form", form=form.__name__)

    def recipe(self, form: type[Form]) -> Recipe:
        return self.one(form)[0]

    def parameters(self, form: type[Form]) -> Form:
        return self.one(form)[1]


def single(recipe: Recipe, role: plans.Role, file: str) -> plans.Output:
    """A rendition of one file that lies in the scratch folder itself."""
    return plans.Output(recipe.slug, role, "", file, (file,))


def file_name(recipe: Recipe) -> str:
    """What a single file is called while it is made."""
    return f"{recipe.slug}.{recipe.extension}"


def folder(recipe: Recipe, role: plans.Role, name: str, entry: str) -> plans.Output:
    """A rendition of all the files under a folder of the scratch folder."""
    return plans.Output(recipe.slug, role, name, entry, ("**/*",))
