"""The commands that keep the house: catalogue of translations, page of settings, workers."""

import subprocess
import sys
import time

import polib
import pytest
from django.core.management import CommandError, call_command

from dam.environment import CHECKOUT, Setting
from dam.management.commands import messages
from dam.management.commands import settings as settings_page
from dam.management.commands.messages import Message, extract, faults, merge
from dam.serve import postgres
from dam.serve.cluster import Cluster


@pytest.fixture
def checkout(tmp_path):
    """A project with one module and one template that say something."""
    (tmp_path / "dam").mkdir()
    (tmp_path / "dam" / "pages.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        "TITLE = _('Biblioteca')\n"
        "def count(n):\n"
        "    name = TITLE\n"
        "    _(name)\n"
        "    return ngettext('%(n)d foto', '%(n)d fotos', n), pgettext('verbo', 'Nota')\n"
    )
    templates = tmp_path / "templates" / "dam"
    templates.mkdir(parents=True)
    (templates / "home.html").write_text(
        "<div>\n"
        "  {% if user %}\n"
        "      <h1>{% translate 'Biblioteca' %}</h1> l'aparat \"suelto\n"
        "    {% blocktranslate trimmed with name=user %}\n"
        "        Le damos la bienvenida,\n"
        "        {{ name }}.\n"
        "    {% endblocktranslate %}\n"
        "  {% endif %}\n"
        "  {% blocktranslate count n=n %}{{ n }} foto{% plural %}{{ n }} fotos{% endblocktranslate %}\n"
        "</div>\n"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_pages.py").write_text("_('No se traduce')\n")
    return tmp_path


def test_messages_are_found_in_code_and_in_templates(checkout):
    found = extract(checkout)
    assert found == {
        Message("", "Biblioteca", ""): ["dam/pages.py", "templates/dam/home.html"],
        Message("", "%(n)d foto", "%(n)d fotos"): ["dam/pages.py"],
        Message("verbo", "Nota", ""): ["dam/pages.py"],
        Message("", "Le damos la bienvenida, %(name)s.", ""): ["templates/dam/home.html"],
        Message("", "%(n)s foto", "%(n)s fotos"): ["templates/dam/home.html"],
    }


def test_a_singular_that_also_has_a_plural_is_one_entry(checkout):
    (checkout / "dam" / "more.py").write_text("_('%(n)d foto')\n")
    found = extract(checkout)
    assert Message("", "%(n)d foto", "") not in found
    assert sorted(found[Message("", "%(n)d foto", "%(n)d fotos")]) == ["dam/more.py", "dam/pages.py"]


def entry(text: str, translation: str = "", **more: object) -> polib.POEntry:
    return polib.POEntry(msgid=text, msgstr=translation, **more)


def test_what_was_translated_stays_and_what_is_gone_goes(checkout):
    catalogue = polib.POFile()
    catalogue.append(entry("Biblioteca", "Library"))
    catalogue.append(entry("Ya no se usa", "No longer used"))
    plural = polib.POEntry(msgid="%(n)d foto", msgid_plural="%(n)d fotos")
    plural.msgstr_plural = {0: "%(n)d photo", 1: "%(n)d photos"}
    catalogue.append(plural)
    merged = merge(extract(checkout), catalogue)
    assert merged.find("Biblioteca").msgstr == "Library"
    assert merged.find("Ya no se usa") is None
    assert merged.find("%(n)d foto").msgstr_plural == {0: "%(n)d photo", 1: "%(n)d photos"}
    assert merged.find("Nota", msgctxt="verbo").msgstr == ""
    again = merge(extract(checkout), merged)
    assert str(again) == str(merged)


def test_every_fault_of_a_catalogue_is_told():
    found = {
        Message("", "Falta", ""): ["dam/a.py"],
        Message("", "Vacío", ""): ["dam/a.py"],
        Message("", "Dudoso", ""): ["dam/a.py"],
        Message("", "De %(a)s a %(b)s", ""): ["dam/a.py"],
        Message("", "Bien", ""): ["dam/a.py"],
    }
    catalogue = polib.POFile()
    for one in (
        entry("Vacío"),
        entry("Dudoso", "Doubtful", flags=["fuzzy"]),
        entry("De %(a)s a %(b)s", "From %(a)s to %(c)s"),
        entry("Bien", "Good"),
        entry("Sobra", "Left over"),
    ):
        catalogue.append(one)
    told = faults(found, catalogue)
    assert [line.split(":")[0] for line in told] == [
        "missing",
        "no longer used",
        "other placeholders",
        "doubtful",
        "not translated",
    ]
    assert "dam/a.py" in told[0]


def test_a_plural_may_leave_out_the_number_in_the_singular():
    found = {Message("", "una foto", "%(n)d fotos"): ["dam/a.py"]}
    catalogue = polib.POFile()
    plural = polib.POEntry(msgid="una foto", msgid_plural="%(n)d fotos")
    plural.msgstr_plural = {0: "one photo", 1: "%(n)d photos"}
    catalogue.append(plural)
    assert faults(found, catalogue) == []


def test_the_command_writes_what_is_then_in_order(checkout, monkeypatch):
    monkeypatch.setattr(messages, "CHECKOUT", checkout)
    monkeypatch.setattr(messages, "CATALOGUE", checkout / "locale" / "en" / "LC_MESSAGES" / "django.po")
    with pytest.raises(CommandError, match="missing: 'Biblioteca'"):
        call_command("messages", check=True)
    call_command("messages")
    with pytest.raises(CommandError, match="not translated: 'Biblioteca'"):
        call_command("messages", check=True)
    catalogue = polib.pofile(str(messages.CATALOGUE))
    for one in catalogue:
        one.msgstr = "" if one.msgid_plural else one.msgid
        one.msgstr_plural = {0: one.msgid, 1: one.msgid_plural} if one.msgid_plural else {}
    catalogue.save()
    call_command("messages", check=True)


def test_the_page_of_settings_has_a_row_for_each():
    page = settings_page.document(
        [Setting("PORT", "integer", "8000", "Port."), Setting("X", "list", "", "Names.")]
    )
    assert "| `PORT` | integer | `8000` | Port. |\n" in page
    assert "| `X` | list |  | Names. |\n" in page


def test_a_page_that_is_behind_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(settings_page, "PAGE", tmp_path / "settings.md")
    with pytest.raises(CommandError, match="not up to date"):
        call_command("settings", check=True)
    call_command("settings")
    call_command("settings", check=True)


def test_a_worker_runs_what_waits_in_its_queues(tmp_path):
    data = tmp_path / "data"
    environment = {"ACERVO_DATA": str(data), "PATH": "/usr/bin:/bin", "ACERVO_DEMO": "0"}

    def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )

    with postgres.running(data, "fsync=off"):
        manage("migrate", "--verbosity=0")
        defer = "from dam import tasks; tasks.sweep_parts.defer(timestamp=0)"
        manage("shell", "-c", defer)
        count = "from procrastinate.contrib.django.models import ProcrastinateJob as J; print('left', J.objects.filter(task_name='dam.sweep_parts').count())"
        assert "left 1" in manage("shell", "-c", count).stdout
        manage("worker", "--queues=default", "--once")
        assert "left 1" in manage("shell", "-c", count).stdout
        manage("worker", "--queues=upkeep,default", "--concurrency=2", "--once")
        assert "left 0" in manage("shell", "-c", count).stdout


def test_a_command_brings_up_the_database_and_takes_it_down(tmp_path):
    data = tmp_path / "data"
    done = subprocess.run(
        [sys.executable, "manage.py", "showmigrations", "dam"],
        cwd=CHECKOUT,
        env={"ACERVO_DATA": str(data), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[ ] 0001" in done.stdout
    until = time.monotonic() + 20
    while Cluster(data).ready() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Cluster(data).ready()


def test_a_command_that_needs_no_database_starts_none(tmp_path):
    data = tmp_path / "data"
    subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CHECKOUT,
        env={"ACERVO_DATA": str(data), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    assert not (data / "postgres").exists()


def test_a_database_that_cannot_start_is_told_without_a_traceback(tmp_path):
    data = tmp_path / "data"
    Cluster(data).files.mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "manage.py", "showmigrations"],
        cwd=CHECKOUT,
        env={"ACERVO_DATA": str(data), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("PostgreSQL did not start")
    assert "Traceback" not in done.stderr
