"""A person without a mouse: signing in, searching, playing and describing by the keyboard, always seeing where they are."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import films, steps
from tests.browser.steps import Person
from tests.live import Live

MOST_STOPS = 80
FOCUSED = "() => [document.activeElement.localName, document.activeElement.textContent.trim().slice(0, 60)]"
#: Whether what has the focus shows it: it stands on the screen, and it or what stands for it has an outline. Between the
#: end of a page and its beginning nothing has it.
SHOWS_ITSELF = """() => {
  const here = document.activeElement;
  const shown = [here, here.parentElement, ...(here.labels || [])].filter(Boolean);
  const seen = here.getBoundingClientRect();
  const marked = shown.some((each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  });
  return here === document.body || (marked && seen.bottom > 0 && seen.top < innerHeight);
}"""
IS_FOCUSED = "place => place === document.activeElement"


@pytest.fixture(scope="module")
def listener(live: Live, tmp_path_factory) -> Person:
    """Somebody with a film in the archive."""
    person = steps.somebody(live, "Refugio", "Lara", agency="SSG")
    file = films.film(tmp_path_factory.mktemp("keys") / "Vacunación en la sierra.mp4", seconds=20)
    live.manage("ingest", str(file), "--user", person.name, "--wait")
    return person


def walk_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Go on by the key until the place has the focus; every stop on the way shows itself."""
    place = page.locator(selector).first
    for _stop in range(MOST_STOPS):
        page.keyboard.press(key)
        assert page.evaluate(SHOWS_ITSELF), f"no focus to see on {page.evaluate(FOCUSED)}"
        if place.evaluate(IS_FOCUSED):
            return
    raise AssertionError(f"{selector} is not reached in {MOST_STOPS} stops")


def film_found(page: Page) -> bool | None:
    """Search as one does by hand: a slash, the words, Enter; whether the film is there."""
    page.keyboard.press("Escape")
    page.locator("body").press("/")
    expect(page.get_by_label("Buscar en el acervo")).to_be_focused()
    page.keyboard.type("vacunacion")
    page.keyboard.press("Enter")
    page.wait_for_url("**/acervo/?*q=vacunacion*")
    return True if steps.is_there(page.locator(".tile")) else None


def moment(page: Page) -> float:
    """Where the player stands, in seconds."""
    return float(page.locator("acervo-player video").evaluate("media => media.currentTime"))


def test_from_the_sign_in_to_a_described_film(page: Page, listener: Person):
    page.goto("/")
    expect(page.get_by_label("Usuario")).to_be_focused()
    page.keyboard.type(listener.name)
    walk_to(page, "[name='password']")
    page.keyboard.type(listener.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Hola, Refugio")).to_be_visible()

    steps.until(lambda: film_found(page), "the film")
    walk_to(page, ".tile-link")
    page.keyboard.press("x")
    expect(page.get_by_text("1 elegido")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("1 elegido")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/acervo/*/")
    play(page)

    walk_to(page, "a[href$='/ficha/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ficha/")
    walk_to(page, "[name='headline']")
    page.keyboard.type("Brigada de vacunación en Xichú")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Se guardó la ficha.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brigada de vacunación en Xichú")


def play(page: Page) -> None:
    """The keys of the editing room, whatever has the focus."""
    films.player(page)
    page.keyboard.press("l")
    films.wait_for_picture(page)
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Reproducir").last).to_be_visible()
    walk_to(page, "acervo-player button:visible")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    films.wait_at(page, 4.9, 5.1)
    page.keyboard.press("Shift+ArrowRight")
    films.wait_at(page, 5.9, 6.1)
    before = moment(page)
    page.keyboard.press(".")
    films.wait_at(page, before + 0.01, before + 0.07)
    page.keyboard.press(",")
    films.wait_at(page, before - 0.03, before + 0.03)
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Silenciar")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
