"""A backup holds a place at one number, restores to the same figures, and is refused when it is damaged."""

from __future__ import annotations

import io
import json
import shutil
import stat
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from place_people import agreement, send

from skillmix import measures
from skillmix.errors import PlaceError
from skillmix.place import Place, Scope, backup, check, restore, verify

pytestmark = pytest.mark.unit


def figures(path: Path) -> list[dict[str, object]]:
    found = measures.overview(Place.open(path).read(Scope.controller("a test")), by=["organisation"])
    return found.frame.to_dicts()


@pytest.fixture
def filled(place: Place) -> Place:
    place.record_agreement(agreement("A1"))
    send(place, "first", agreed="A1", periods=("2026-05", "2026-06"))
    send(place, "second", "TRUST2", origin="synthetic")
    run = place.path / "runs" / "r1"
    (run / "results").mkdir(parents=True)
    (run / "manifest.json").write_text("{}")
    (run / "results" / "stock.csv").write_text("a,b\n")
    (place.path / "scenarios" / "growth.toml").write_text("name = 'growth'\n")
    (place.path / "control" / "control.sqlite3").write_bytes(b"database")
    (place.path / "control" / "staging" / "u1").mkdir(parents=True)
    (place.path / "control" / "staging" / "u1" / "head.json").write_text("{}")
    return place


def written(place: Place, tmp_path: Path, **extra: bytes) -> Path:
    return backup(place, tmp_path / "kept.tar.gz", extra).path


def test_restored_elsewhere_the_figures_are_the_same(filled: Place, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "kept.tar.gz", {"control": b"a dump"})
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.number == 2
    assert verify(made.path) == []
    loaded: dict[str, bytes] = {}

    def load(folder: Path, extra: Mapping[str, Path]) -> None:
        assert not elsewhere.exists(), "the folder is moved in place last"
        assert (folder / "place.toml").is_file()
        loaded.update({name: path.read_bytes() for name, path in extra.items()})

    elsewhere = tmp_path / "My documents ü" / "the place"
    assert restore(made.path, elsewhere, load) == elsewhere
    assert loaded == {"control": b"a dump"}
    assert figures(elsewhere) == figures(filled.path)
    assert check(Place.open(elsewhere)) == check(filled)
    assert verify(elsewhere) == []
    same = {p.relative_to(filled.path) for p in filled.path.rglob("*") if p.is_file()}
    kept = {p.relative_to(elsewhere) for p in elsewhere.rglob("*") if p.is_file()}
    assert same - kept == {Path("control/control.sqlite3")}, "the database comes as its own dump"
    assert kept - same == set()
    assert [p.name for p in elsewhere.parent.iterdir()] == ["the place"]
    send(Place.open(elsewhere), "third", agreed="A1")


def test_what_is_published_after_the_number_was_pinned_is_not_in_it(
    filled: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skillmix.place import backups

    before = figures(filled.path)
    pinned = backups._pinned

    def published_meanwhile(place: Place) -> object:
        found = pinned(place)
        send(place, "later", "TRUST2", origin="synthetic", source="later")
        return found

    monkeypatch.setattr(backups, "_pinned", published_meanwhile)
    made = backup(filled, tmp_path / "kept.tar.gz")
    assert (made.number, filled.number) == (2, 3)
    assert verify(made.path) == []
    assert figures(restore(made.path, tmp_path / "back")) == before


def test_a_folder_with_something_in_it_is_not_restored_over(filled: Place, tmp_path: Path) -> None:
    made = written(filled, tmp_path)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(PlaceError, match="not empty"):
        restore(made, folder)
    assert [p.name for p in folder.iterdir()] == ["notes.txt"]
    (folder / "notes.txt").unlink()
    assert figures(restore(made, folder)) == figures(filled.path), "an empty one is"


def test_a_backup_is_not_written_over_another_nor_into_the_place(filled: Place, tmp_path: Path) -> None:
    made = written(filled, tmp_path)
    content = made.read_bytes()
    with pytest.raises(PlaceError, match="exists already"):
        backup(filled, made)
    assert made.read_bytes() == content
    with pytest.raises(PlaceError, match="inside the place"):
        backup(filled, filled.path / "incoming" / "kept.tar.gz")
    with pytest.raises(PlaceError, match="no folder"):
        backup(filled, tmp_path / "nowhere" / "kept.tar.gz")
    with pytest.raises(PlaceError, match="cannot name"):
        backup(filled, tmp_path / "other.tar.gz", {"../control": b""})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept.tar.gz", "place"]


def test_a_key_is_never_in_it(filled: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = filled.path / "assumptions" / "keys.json"
    key.write_text("secret")
    monkeypatch.setenv("SKILLMIX_KEY_FILE", str(key))
    (filled.path / "assumptions" / "linked.toml").symlink_to(tmp_path / "elsewhere")
    with tarfile.open(written(filled, tmp_path)) as archive:
        assert not [name for name in archive.getnames() if name.startswith("assumptions")]


def rebuilt(made: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]) -> Path:
    """The same backup with its members changed."""
    with tarfile.open(made) as archive:
        members = []
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            members.append((member, content.read()))
    change(members)
    out = made.with_name("changed.tar.gz")
    with tarfile.open(out, "w:gz") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out


def _named(name: str, kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = "place.toml"
    return member, b""


@pytest.mark.parametrize(
    "member",
    [
        _named("../outside"),
        _named("lake/../../outside"),
        _named("/absolute"),
        _named("lake//twice"),
        _named("lake\\..\\outside"),
        _named("control/control.sqlite3"),
        _named("lake/link", tarfile.SYMTYPE),
        _named("lake/hard", tarfile.LNKTYPE),
        _named("lake/pipe", tarfile.FIFOTYPE),
        _named("lake", tarfile.DIRTYPE),
    ],
    ids=lambda member: member[0].name,
)
def test_a_member_that_leads_outside_is_refused(
    filled: Place, tmp_path: Path, member: tuple[tarfile.TarInfo, bytes]
) -> None:
    changed = rebuilt(written(filled, tmp_path), lambda members: members.insert(1, member))
    with pytest.raises(PlaceError, match="no backup of ours"):
        restore(changed, tmp_path / "back")
    with pytest.raises(PlaceError, match="no backup of ours"):
        verify(changed)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["changed.tar.gz", "kept.tar.gz", "place"]


def _altered(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    at = next(n for n, (m, _) in enumerate(members) if m.name.startswith("incoming/"))
    members[at] = (members[at][0], members[at][1][:-1] + b"?")


def _another_number(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    about = json.loads(members[-1][1])
    members[-1] = (members[-1][0], json.dumps({**about, "number": 7}).encode())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_altered, "not as it was written"),
        (lambda members: members.pop(2), "missing"),
        (_another_number, "stands at publication 2, its backup at 7"),
        (lambda members: members.pop(), "cut off"),
        (lambda members: members.append(members[0]), "something was added"),
        (lambda members: members.insert(0, members[0]), "something was added"),
        (lambda members: members.clear(), "cut off"),
    ],
)
def test_what_was_changed_is_found(
    filled: Place,
    tmp_path: Path,
    change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object],
    says: str,
) -> None:
    changed = rebuilt(written(filled, tmp_path), change)
    with pytest.raises(PlaceError, match=says):
        restore(changed, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    try:
        found = [finding.says for finding in verify(changed)]
    except PlaceError as refused:
        found = [refused.problem]
    assert says in " ".join(found)


@pytest.mark.parametrize("length", [0, 10, 2_000, -40])
def test_a_cut_off_file_is_refused(filled: Place, tmp_path: Path, length: int) -> None:
    made = written(filled, tmp_path)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(made.read_bytes()[:length])
    with pytest.raises(PlaceError, match=r"damaged|cut off"):
        restore(cut, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_newer_backup_is_refused(filled: Place, tmp_path: Path) -> None:
    def newer(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        about = json.loads(members[-1][1])
        members[-1] = (members[-1][0], json.dumps({**about, "format": 99}).encode())

    with pytest.raises(PlaceError, match="format 99") as refused:
        restore(rebuilt(written(filled, tmp_path), newer), tmp_path / "back")
    assert "later" in refused.value.cure


def test_a_database_that_cannot_be_put_back_leaves_nothing(filled: Place, tmp_path: Path) -> None:
    def refused(folder: Path, extra: Mapping[str, Path]) -> None:
        raise PlaceError("The database is of another version.")

    with pytest.raises(PlaceError, match="another version"):
        restore(written(filled, tmp_path), tmp_path / "back", refused)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept.tar.gz", "place"]


def test_verifying_a_folder_finds_what_is_lost(filled: Place) -> None:
    assert verify(filled.path) == []
    parts = sorted((filled.path / "lake" / "assignment").rglob("*.parquet"))
    parts[0].write_bytes(parts[0].read_bytes()[:-20])
    parts[1].unlink()
    assert [f.check for f in verify(filled.path)] == ["files", "files"]
    shutil.rmtree(filled.path / "lake" / "flow")
    assert "files" in {f.check for f in verify(filled.path)}
    with pytest.raises(PlaceError, match="no nothing"):
        verify(filled.path / "nothing")
