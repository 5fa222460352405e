"""The audit with real processes and a real file: no gap, no change, and the command that checks it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from job_processes import COMMAND, Processes

from skillmix.place import Place

pytestmark = pytest.mark.integration


@pytest.fixture
def recorded(place: Place, tmp_path: Path) -> Processes:
    """A control database in the place to which four processes have appended at once."""
    (place.path / "control").mkdir(exist_ok=True)
    control = str(place.path / "control" / "control.sqlite3")
    made = Processes(place, tmp_path, "test_publish", {"SKILLMIX_CONTROL_FILE": control})
    made.prepare(0)
    writers = [subprocess.Popen([*COMMAND, "append", "10"], env=made.environment()) for _ in range(4)]
    assert [writer.wait(timeout=240) for writer in writers] == [0, 0, 0, 0]
    return made


def _verify(processes: Processes) -> tuple[int, dict[str, object]]:
    asked = subprocess.run(
        [sys.executable, "-m", "skillmix", "audit", "verify", str(processes.place.path), "--format", "json"],
        env=processes.environment(),
        capture_output=True,
        text=True,
    )
    (row,) = json.loads(asked.stdout) if asked.stdout else [{"error": asked.stderr}]
    return asked.returncode, row


def test_what_processes_append_at_once_is_whole_and_locked(recorded: Processes) -> None:
    database = Path(recorded.environment()["SKILLMIX_CONTROL_FILE"])
    with sqlite3.connect(database) as connection:
        numbers = [row[0] for row in connection.execute("SELECT seq FROM audit_entry ORDER BY seq")]
        assert numbers == list(range(1, 41))
        for change in ("UPDATE audit_entry SET place = 'x'", "DELETE FROM audit_entry WHERE seq = 40"):
            with pytest.raises(sqlite3.IntegrityError, match="neither changed nor removed"):
                connection.execute(change)
        last = connection.execute("SELECT hash FROM audit_entry WHERE seq = 40").fetchone()[0]
    code, row = _verify(recorded)
    assert (code, row["sound"], row["entries"], row["last_hash"]) == (0, True, 40, last), row

    with sqlite3.connect(database) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET actor = 'somebody else' WHERE seq = 7")
    connection.close()
    code, row = _verify(recorded)
    assert (code, row["sound"]) == (4, False), row
    assert "entry 7" in str(row["findings"])


def test_a_place_that_was_never_served_has_no_audit(place: Place, tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "skillmix", "audit", "verify", str(place.path)],
        env=Processes(place, tmp_path, "test_publish").environment(),
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 4
    assert "served" in asked.stderr
    assert "Traceback" not in asked.stderr
    assert not (tmp_path / "control.sqlite3").exists(), "looking makes no database"
