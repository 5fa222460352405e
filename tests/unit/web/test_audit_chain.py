"""The chain of the audit: nothing in it is altered, removed or put in between without being found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from skillmix.place import Place
from skillmix.web.audit import anchor, spool
from skillmix.web.audit.append_only import lock, unlock
from skillmix.web.audit.appending import append
from skillmix.web.audit.changes import note
from skillmix.web.audit.hashing import HASHED
from skillmix.web.audit.models import Entry
from skillmix.web.audit.verify import verify, walk

pytestmark = pytest.mark.database


@pytest.fixture
def chain(north: Place, db: None) -> int:
    """Four entries, with everything that an entry may hold."""
    for number in range(4):
        append(
            "download",
            f"grid-{number}.csv",
            {"parameters": {"by": "é"}, "number": number},
            place="north",
            actor="Place planner",
            account=7,
            address="192.0.2.1",
        )
        if number == 0:
            anchor.write()  # as when the first entry is committed
    return 4


@pytest.fixture
def opened(chain: int) -> Iterator[None]:
    """The lock of the database is off, as somebody who owns the database could take it off."""
    unlock(connection)
    yield
    lock(connection)


def _problems() -> list[str]:
    return [f.problem for f in verify() if "no longer refuses" not in f.problem]


def test_a_chain_that_nobody_touched_is_whole(chain: int) -> None:
    walked = walk()
    assert walked.findings == ()
    assert walked.entries == 4
    assert walked.last_hash == Entry.objects.get(seq=4).hash


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_changes(chain: int, change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="neither changed nor removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert verify() == []


@pytest.mark.parametrize("column", [*HASHED, "hash"])
@pytest.mark.parametrize("seq", [1, 2, 4])
def test_any_altered_column_of_any_row_is_found(opened: None, column: str, seq: int) -> None:
    changed = {
        "seq": "seq + 100",
        "account": "account + 1",
        "at": "'2020-01-01 00:00:00'",
        "detail": "replace(detail, 'é', 'e')",
        "hash": "replace(hash, substr(hash, 1, 1), 'f') || ''",
        "previous_hash": "'" + "1" * 64 + "'",
    }.get(column, f"{column} || 'x'")
    if column == "hash":
        changed = "'" + "2" * 64 + "'"
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {column} = {changed} WHERE seq = {seq}")
        assert cursor.rowcount == 1
    assert _problems()


@pytest.mark.parametrize("seq", [1, 2])
def test_a_removed_row_is_found(opened: None, seq: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM audit_entry WHERE seq = {seq}")
    assert any("missing" in problem for problem in _problems())


def test_a_shortened_chain_is_found_by_the_anchor(opened: None) -> None:
    anchor.write()
    assert verify()[0].problem.startswith("The database no longer refuses")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE seq > 2")
    assert "Entries after 2 are missing: 4 were noted as recorded." in _problems()
    anchor.write()
    assert _problems(), "a shortened chain does not make itself look whole"


def test_a_chain_that_was_written_anew_is_found_by_the_anchor(opened: None) -> None:
    anchor.write()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry")
    for _ in range(5):
        append("download", "another.csv")
    assert "This entry is not the one that was noted when it was recorded." in _problems()


def test_a_lock_that_was_taken_off_is_found(opened: None) -> None:
    assert [f.problem for f in verify()] == ["The database no longer refuses changes of the audit."]


def test_the_anchor_is_for_the_owner_alone(chain: int) -> None:
    anchor.write()
    path = settings.HOME / "control" / anchor.NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {"hash": walk().last_hash, "seq": 4}


def test_an_action_is_recorded_once_where_that_is_asked(north: Place, db: None) -> None:
    assert append("page_views", "file#0", once=True) is not None
    assert append("page_views", "file#0", once=True) is None
    assert Entry.objects.count() == 1


def test_text_that_a_database_would_not_take_is_kept_readable(north: Place, db: None) -> None:
    append("download", "a\x00b\ud800", {"ü": "\x00\ud800"}, actor="x" * 400)
    anchor.write()
    Entry.objects.get()
    assert verify() == []


def test_rows_are_recorded_with_before_and_after(north: Place, account: Callable[..., Any]) -> None:
    user = account("viewer")
    user.name = "Board member"
    user.save()
    last = Entry.objects.first()
    assert last is not None
    assert last.details["changes"] == {"name as shown": ["viewer", "Board member"]}
    user.set_password("a long enough secret")
    user.save()
    assert "password" not in "".join(Entry.objects.values_list("detail", flat=True))


def test_a_change_of_a_file_is_noted(north: Place, account: Callable[..., Any]) -> None:
    user = account("place_administrator")
    note(
        user,
        "north",
        "agreement agreement-nt1",
        {"level": "named", "ends": "2026"},
        {"level": "totals", "ends": "2026"},
    )
    note(user, "north", "scenario growth.toml", None, {"name": "Growth"})
    made, changed = Entry.objects.all()[:2]
    assert (made.account, made.details["how"]) == (user.pk, "made")
    assert changed.details == {"changes": {"level": ["named", "totals"]}, "how": "changed"}


def test_without_a_place_nothing_is_spooled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", None)
    spool.write("north", "{}")
    assert spool.to_seal() == []
