"""Settings are read by type, documented by being read, and refused loudly."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dam import environment
from dam.environment import CHECKOUT, SettingError, choice, flag, folder, integer, listing, secret, text


@pytest.fixture(autouse=True)
def _registry(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "_registry", {})
    monkeypatch.setenv("ACERVO_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("ACERVO_ENV", raising=False)


def test_text_falls_back_where_it_is_unset_or_blank(monkeypatch):
    assert text("X_NAME", "nadie", help="A name.") == "nadie"
    monkeypatch.setenv("X_NAME", "   ")
    assert text("X_NAME", "nadie", help="A name.") == "nadie"
    monkeypatch.setenv("X_NAME", " Muñoz ")
    assert text("X_NAME", "nadie", help="A name.") == "Muñoz"


def test_a_list_is_split_at_commas(monkeypatch):
    assert listing("X_HOSTS", ("a", "b"), help="Hosts.") == ("a", "b")
    monkeypatch.setenv("X_HOSTS", "uno.mx, dos.mx,,")
    assert listing("X_HOSTS", ("a", "b"), help="Hosts.") == ("uno.mx", "dos.mx")


def test_a_whole_number_keeps_to_its_limits(monkeypatch):
    assert integer("X_PORT", 8000, help="Port.", minimum=1, maximum=65535) == 8000
    for good in ("1", "65535", " 80 "):
        monkeypatch.setenv("X_PORT", good)
        assert integer("X_PORT", 8000, help="Port.", minimum=1, maximum=65535) == int(good)


@pytest.mark.parametrize(
    ("value", "said"),
    [("ocho", "whole number"), ("8.5", "whole number"), ("0", "at least 1"), ("65536", "at most 65535")],
)
def test_a_number_that_cannot_be_is_refused_by_name(monkeypatch, value, said):
    monkeypatch.setenv("X_PORT", value)
    with pytest.raises(SettingError, match=said) as caught:
        integer("X_PORT", 8000, help="Port.", minimum=1, maximum=65535)
    assert "X_PORT" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("Sí", True), ("TRUE", True), ("no", False), ("off", False)]
)
def test_a_flag_reads_yes_and_no(monkeypatch, value, meant):
    monkeypatch.setenv("X_FLAG", value)
    assert flag("X_FLAG", not meant, help="Flag.") is meant


def test_a_flag_does_not_guess(monkeypatch):
    assert flag("X_FLAG", True, help="Flag.") is True
    monkeypatch.setenv("X_FLAG", "maybe")
    with pytest.raises(SettingError, match="X_FLAG must be 1 or 0"):
        flag("X_FLAG", True, help="Flag.")


def test_a_choice_is_one_of_the_options(monkeypatch):
    assert choice("X_ENGINE", "tantivy", ("tantivy", "elasticsearch"), help="Engine.") == "tantivy"
    monkeypatch.setenv("X_ENGINE", "solr")
    with pytest.raises(SettingError, match="one of tantivy, elasticsearch, not 'solr'"):
        choice("X_ENGINE", "tantivy", ("tantivy", "elasticsearch"), help="Engine.")


def test_a_folder_counts_from_the_checkout_and_keeps_links(monkeypatch, tmp_path):
    assert folder("X_FOLDER", "data", help="Folder.") == CHECKOUT / "data"
    monkeypatch.setenv("X_FOLDER", "../beside/./here")
    assert folder("X_FOLDER", "data", help="Folder.") == CHECKOUT.parent / "beside" / "here"
    monkeypatch.setenv("X_FOLDER", "~/acervo")
    assert folder("X_FOLDER", "data", help="Folder.") == Path.home() / "acervo"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "volume")
    monkeypatch.setenv("X_FOLDER", str(link))
    assert folder("X_FOLDER", "data", help="Folder.") == link


def test_what_is_read_is_registered_with_its_words(monkeypatch):
    monkeypatch.setenv("X_PORT", "9000")
    integer("X_PORT", 8000, help="Port of the site.")
    flag("X_FLAG", False, help="Flag.")
    listed = {setting.name: setting for setting in environment.registered()}
    assert list(listed) == ["X_FLAG", "X_PORT"]
    assert (listed["X_PORT"].kind, listed["X_PORT"].default) == ("integer", "8000")
    assert listed["X_FLAG"].default == "0"


def test_the_same_name_cannot_mean_two_things():
    text("X_NAME", "a", help="A name.")
    text("X_NAME", "a", help="A name.")
    with pytest.raises(SettingError, match="declared twice"):
        text("X_NAME", "b", help="A name.")


def test_a_secret_is_generated_once_and_kept_from_others(tmp_path):
    first = secret("X_SECRET", help="Secret.")
    assert secret("X_SECRET", help="Secret.") == first
    assert secret("X_OTHER", help="Other.") != first
    file = tmp_path / "data" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() not in first
    assert [path.name for path in file.parent.iterdir()] == ["secret"]


def test_makers_of_the_same_secret_agree(tmp_path):
    paths = [tmp_path / "fresh" / str(number) / "secret" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        for path in paths:
            assert len(set(pool.map(environment._generated_key, [path] * 8))) == 1


def test_a_secret_from_the_environment_must_be_long(monkeypatch):
    monkeypatch.setenv("X_SECRET", "x" * 32)
    assert secret("X_SECRET", help="Secret.") == "x" * 32
    monkeypatch.setenv("X_SECRET", "short")
    with pytest.raises(SettingError, match="at least 32 characters"):
        secret("X_SECRET", help="Secret.")


def test_production_makes_nothing_up(monkeypatch, tmp_path):
    monkeypatch.setenv("ACERVO_ENV", "production")
    assert environment.production()
    with pytest.raises(SettingError, match="X_SECRET is not set"):
        secret("X_SECRET", help="Secret.")
    assert not (tmp_path / "data").exists()


def test_the_mode_is_spelt_exactly(monkeypatch):
    assert not environment.production()
    monkeypatch.setenv("ACERVO_ENV", "prod")
    with pytest.raises(SettingError, match="one of local, production"):
        environment.production()


def test_a_command_with_a_wrong_setting_says_so_without_a_traceback():
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CHECKOUT,
        env={"PORT": "ocho mil", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "PORT must be a whole number, not 'ocho mil'"


class TestFromAFile:
    def test_a_secret_may_lie_in_a_file(self, monkeypatch, tmp_path):
        file = tmp_path / "secret"
        file.write_text("postgresql://acervo@db/acervo\n")
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("DATABASE_URL_FILE", str(file))
        assert environment.database_url() == "postgresql://acervo@db/acervo"

    def test_the_variable_itself_wins(self, monkeypatch, tmp_path):
        monkeypatch.setenv("DATABASE_URL", "postgresql://here")
        monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "absent"))
        assert environment.database_url() == "postgresql://here"

    def test_a_file_that_cannot_be_read_is_told_without_its_content(self, monkeypatch, tmp_path):
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "absent"))
        with pytest.raises(environment.SettingError, match=r"DATABASE_URL_FILE: .*absent cannot be read"):
            environment.database_url()


def test_the_database_is_the_embedded_one_unless_told(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert environment.database_url() == ""
    monkeypatch.setenv("DATABASE_URL", "postgresql://acervo@db/acervo")
    assert environment.database_url() == "postgresql://acervo@db/acervo"
