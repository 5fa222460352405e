"""Serving: files that it writes are the account's own."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from skillmix.place import Place
from skillmix.web.jobs import run, worker
from skillmix.web.site import server, serving

pytestmark = pytest.mark.database


def test_what_is_written_while_serving_is_the_accounts_own(
    north: Place, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    set_to: list[int] = []
    monkeypatch.setattr(os, "umask", set_to.append)
    monkeypatch.setattr(worker, "work_until_stopped", stop)
    monkeypatch.setattr(server, "Server", stop)
    monkeypatch.setattr(serving, "prepare", stop)
    monkeypatch.setattr(sys, "argv", ["server", "--bind=127.0.0.1:0"])
    for begins in (run.main, server.main, lambda: serving.ready(serving.Serving((north.path,)))):
        with pytest.raises(KeyboardInterrupt):
            begins()
    assert set_to == [0o077] * 3


def test_the_folder_of_accounts_is_closed_to_others(
    north: Place, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "umask", lambda mask: 0)
    monkeypatch.setattr(serving, "migrate", lambda: None)
    monkeypatch.setattr("skillmix.projection.prepare", lambda place: None)
    (north.path / "control").chmod(0o755)
    serving.ready(serving.Serving((north.path,)))
    assert stat.S_IMODE((north.path / "control").stat().st_mode) == 0o700
