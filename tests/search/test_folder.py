"""The folder of versions: pointer, locks, grace, journal."""

import os
from pathlib import Path

import pytest

from search.engines.base import IndexBusy, IndexOutdated, RebuildRunning
from search.engines.embedded.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "deep" / "index", "abc")


def test_before_the_first_version_there_is_none(folder: Folder) -> None:
    assert folder.current() is None
    folder.sweep()


def test_publishing_moves_the_pointer(folder: Folder) -> None:
    first, second = folder.new_version(), folder.new_version()
    assert first != second
    folder.publish(first)
    assert folder.current() == first
    folder.publish(second)
    assert folder.current() == second
    assert (folder.path / "current").read_text() == second.name


def test_a_version_of_another_schema_or_gone_is_outdated(folder: Folder) -> None:
    folder.publish(folder.new_version())
    with pytest.raises(IndexOutdated):
        Folder(folder.path, "xyz").current()
    (folder.path / "current").write_text("abc-none")
    with pytest.raises(IndexOutdated):
        folder.current()
    (folder.path / "current").write_text("")
    with pytest.raises(IndexOutdated):
        folder.current()
    folder.sweep(grace_s=0)
    assert len(list((folder.path / "versions").iterdir())) == 1


def test_sweeping_spares_the_current_the_kept_and_the_young(folder: Folder) -> None:
    old, kept, current, young = (folder.new_version() for _ in range(4))
    folder.publish(current)
    for version in (old, kept, current):
        os.utime(version, (0, 0))
    (old / "file").write_text("x")
    os.utime(old, (0, 0))
    folder.sweep(keep=kept)
    assert {version for version in (old, kept, current, young) if version.exists()} == {kept, current, young}


def test_publishing_gives_the_others_their_grace(folder: Folder) -> None:
    old = folder.new_version()
    folder.publish(old)
    os.utime(old, (0, 0))
    folder.publish(folder.new_version())
    folder.sweep()
    assert old.exists()


def test_one_writes_at_a_time(folder: Folder) -> None:
    with folder.writing(wait_s=0), pytest.raises(IndexBusy), folder.writing(wait_s=0.03):
        pass
    with folder.writing(wait_s=0):
        pass


def test_one_rebuilds_at_a_time_and_writers_can_tell(folder: Folder) -> None:
    assert not folder.is_rebuilding()
    with folder.rebuilding():
        assert folder.is_rebuilding()
        with pytest.raises(RebuildRunning), folder.rebuilding():
            pass
        with folder.writing(wait_s=0):
            assert folder.is_rebuilding()
    assert not folder.is_rebuilding()


def test_an_error_inside_a_lock_releases_it(folder: Folder) -> None:
    with pytest.raises(KeyError), folder.rebuilding(), folder.writing(wait_s=0):
        raise KeyError
    with folder.rebuilding(), folder.writing(wait_s=0):
        pass


def test_the_journal_keeps_lines_in_order(folder: Folder) -> None:
    folder.new_version()
    folder.start_journal()
    assert list(folder.read_journal()) == []
    folder.append_journal(["uno ñ", "dos"])
    folder.append_journal([])
    folder.append_journal(["tres"])
    assert [line.strip() for line in folder.read_journal()] == ["uno ñ", "dos", "tres"]
    folder.start_journal()
    assert list(folder.read_journal()) == []


def test_a_line_left_unfinished_spoils_no_other(folder: Folder) -> None:
    folder.new_version()
    folder.start_journal()
    folder.append_journal(["uno"])
    with (folder.path / "journal").open("ab") as file:
        file.write('{"half": "ñ'.encode()[:-1])
    folder.append_journal(["dos"])
    lines = [line.strip() for line in folder.read_journal()]
    assert (lines[0], lines[2], len(lines)) == ("uno", "dos", 3)
