"""What is built apart is there whole or not at all, also after an earlier program was killed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from skillmix.errors import PlaceError
from skillmix.place.building import new_file, new_folder

pytestmark = pytest.mark.unit


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("unnamed", [True, False])
def test_a_file_has_a_name_only_once_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unnamed: bool
) -> None:
    if not unnamed:
        monkeypatch.delattr(os, "O_TMPFILE")
    out = tmp_path / "kept"
    with new_file(out) as file:
        file.write(b"half")
        assert not out.exists()
    assert out.read_bytes() == b"half"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert names(tmp_path) == ["kept"]


@pytest.mark.parametrize("unnamed", [True, False])
def test_a_file_that_was_made_meanwhile_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unnamed: bool
) -> None:
    if not unnamed:
        monkeypatch.delattr(os, "O_TMPFILE")
    out = tmp_path / "kept"

    def both_make_it() -> None:
        with new_file(out) as file:
            file.write(b"mine")
            out.write_bytes(b"theirs")

    with pytest.raises(PlaceError, match="exists already"):
        both_make_it()
    assert out.read_bytes() == b"theirs"
    assert names(tmp_path) == ["kept"]


def test_a_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def cut_short() -> None:
        with new_file(tmp_path / "kept") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert names(tmp_path) == []


def test_a_folder_goes_unless_it_was_moved_away(tmp_path: Path) -> None:
    with new_folder(tmp_path, "place") as building:
        assert stat.S_IMODE(building.stat().st_mode) == 0o700
        (building / "some").write_text("thing")
    assert names(tmp_path) == []
    with new_folder(tmp_path, "place") as building:
        building.rename(tmp_path / "place")
    assert names(tmp_path) == ["place"]


def test_what_a_killed_program_left_is_removed_and_what_another_builds_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".place.0123abcd.building"
    left.mkdir()
    (left / "half").write_text("of it")
    (tmp_path / ".place.notours.building").mkdir()
    (tmp_path / ".other.0123abcd.building").mkdir()
    with new_folder(tmp_path, "place") as first, new_folder(tmp_path, "place") as second:
        assert first.is_dir()
        assert second.is_dir()
        assert not left.exists()
    assert names(tmp_path) == [".other.0123abcd.building", ".place.notours.building"]
