"""The control database in a backup: put back elsewhere, everybody and everything is as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.integration


def _run(code: str, place: Path, **more: str) -> Any:
    """Run some lines with Django ready for a place of its own, as the command line does; their last words."""
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("SKILLMIX_", "DJANGO_", "DATABASE_"))
    }
    environment = {
        **inherited,
        "SKILLMIX_KEY_FILE": str(place.parent / "keys.json"),
        "SKILLMIX_SECRET_KEY_FILE": str(place.parent / "session_key"),
        **more,
    }
    start = f"from pathlib import Path; import json; PLACE = Path({str(place)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", start + code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


MAKE = """
from skillmix.web.site.setup import prepare, migrate
prepare([PLACE]); migrate()
from skillmix.web.people import services
from skillmix.web.site.served import served
services.make_administrator(list(served()), "administrator@example.org", "correct horse battery staple")
from skillmix.web.audit.appending import append
append("download", "grid.csv", {"rows": 3}, place="north", actor="administrator")
from skillmix.web import control
(PLACE.parent / "dump.json").write_bytes(control.dump(PLACE))
print(json.dumps(True))
"""
LOAD = """
from skillmix.web import control
control.load(PLACE, (PLACE.parent.parent / "dump.json").read_bytes())
from skillmix.web.people.models import Membership, User
from skillmix.web.audit.verify import verify
user = User.objects.get()
print(json.dumps([user.email, user.check_password("correct horse battery staple"),
    list(Membership.objects.values_list("place", "role")), [str(f) for f in verify()]]))
"""


def test_accounts_and_the_audit_are_put_back_elsewhere(tmp_path: Path, north_as_made: Path) -> None:
    import shutil

    here, there = tmp_path / "north", tmp_path / "elsewhere" / "a copy"
    shutil.copytree(north_as_made, here)
    shutil.copytree(north_as_made, there)
    assert _run(MAKE, here) is True
    email, knows, memberships, findings = _run(LOAD, there)
    assert email == "administrator@example.org"
    assert knows is True
    assert memberships == [["north", "place_administrator"]]
    assert findings == []


def test_a_dump_is_not_put_over_accounts(tmp_path: Path, north_as_made: Path) -> None:
    import shutil

    here = tmp_path / "x" / "north"
    shutil.copytree(north_as_made, here)
    assert _run(MAKE, here) is True
    code = """
from skillmix.errors import InputError
from skillmix.web import control
try:
    control.load(PLACE, (PLACE.parent / "dump.json").read_bytes())
except InputError as refused:
    print(json.dumps(refused.problem))
"""
    assert "holds accounts already" in _run(code, here)


def test_damage_is_named(tmp_path: Path, north_as_made: Path) -> None:
    code = """
from skillmix.errors import InputError
from skillmix.web import control
try:
    control.load(PLACE, b"{")
except InputError as refused:
    print(json.dumps(refused.problem))
"""
    assert "cannot be read" in _run(code, tmp_path / "north")
