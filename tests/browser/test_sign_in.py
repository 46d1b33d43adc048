"""The first thing anybody sees."""


def test_the_site_asks_who_you_are(page):
    page.goto("/")
    assert page.url.endswith("?next=/")
    assert page.locator("input[type=password]").count() == 1
