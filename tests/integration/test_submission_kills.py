"""Server and worker killed while they send and publish: the place is before or after, and clean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from submission_processes import OF_WEB, OF_WORKER, Site, form, found_in, until
from web_places import north
from web_uploads import export, secrets_of

from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration

#: How often a process is killed; `make soak` names more.
KILLS = int(os.environ.get("SKILLMIX_KILLS", "20"))
#: Each file is of a month of its own: so many a place, then another place.
MONTHS = 96
PEOPLE, MANY = 12, 900


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    place = north(tmp_path / "north")
    made = Site(place.path, tmp_path)
    try:
        made.prepare()
        made.start("server")
        made.start("worker")
        yield made
    finally:
        made.stop()


def shown(site: Site, period: str) -> int:
    facts = Place.open(site.place).read(Scope.controller("test"))
    rows = facts.table("assignment").collect()
    return rows.filter(organisation="NT1", period=period).height


def history(site: Site) -> list[tuple[str, str]]:
    told = Place.open(site.place).publications()
    return list(told.filter(source="esr_staff_in_post").select("submission", "action").iter_rows())


def idle(site: Site) -> bool:
    return site.query("SELECT count(*) FROM jobs_job WHERE state IN ('queued', 'running')") == [(0,)]


def send(site: Site, period: str) -> str:
    status, where = site.request("POST", "/north/submit/", *form(export(PEOPLE), f"{period}-28"))
    assert status == 302
    return where


def killed_in_web(site: Site, point: str, period: str) -> None:
    """The server dies while it takes a file in: nothing of it is there."""
    before = history(site), site.query("SELECT id FROM submissions_upload ORDER BY made")
    site.arm.write_text(point, encoding="utf-8")
    body, kind = form(export(MANY if point == "receiving" else PEOPLE), f"{period}-28")
    most = len(body) // 2 if point == "receiving" else len(body)
    with site.begin(body, kind, most):
        until(lambda: site.reached(point), f"the server is at {point}")
        assert found_in([site.folder], secrets_of(PEOPLE)) == []
        site.kill("server")
    assert (history(site), site.query("SELECT id FROM submissions_upload ORDER BY made")) == before
    assert site.query("SELECT count(*) FROM jobs_job WHERE state IN ('queued', 'running')") == [(0,)]
    assert shown(site, period) == 0


def killed_in_worker(site: Site, point: str, period: str) -> None:
    """The worker dies while it stores or publishes: another one ends what it began, once."""
    standing = history(site)
    if point in ("storing", "stored"):
        site.arm.write_text(point, encoding="utf-8")
    page = send(site, period)
    if point in ("publishing", "published"):
        until(lambda: idle(site), "it is stored")
        site.arm.write_text(point, encoding="utf-8")
        assert site.request("POST", f"{page}publish/", b"version=1", _FORM)[0] == 302
    until(lambda: site.reached(point), f"the worker is at {point}")
    assert shown(site, period) in (0, PEOPLE), "before or after, never between"
    site.kill("worker")
    assert shown(site, period) == (PEOPLE if point == "published" else 0)
    assert history(site)[: len(standing)] == standing, "nothing published is lost"
    until(lambda: idle(site), "another worker ends it")
    if point in ("storing", "stored"):
        assert shown(site, period) == 0
        assert site.request("POST", f"{page}publish/", b"version=1", _FORM)[0] == 302
        until(lambda: idle(site), "it is published")
    assert shown(site, period) == PEOPLE
    assert len(history(site)) == len(standing) + 1, "once"


_FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("kills", [min(MONTHS, KILLS - done) for done in range(0, KILLS, MONTHS)])
def test_killed_anywhere_the_place_is_before_or_after_and_holds_nobody(site: Site, kills: int) -> None:
    points = [*OF_WEB, *OF_WORKER]
    periods = []
    for number in range(kills):
        point = points[number % len(points)]
        period = f"{2016 + number // 12}-{number % 12 + 1:02d}"
        if point in OF_WEB:
            killed_in_web(site, point, period)
        else:
            killed_in_worker(site, point, period)
            periods.append(period)
        assert found_in([site.folder], secrets_of(MANY)) == []
    assert [shown(site, period) for period in periods] == [PEOPLE] * len(periods)
    states = {str(state) for (state,) in site.query("SELECT state FROM jobs_job")}
    assert states == {"done"}


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    import polars as pl

    secret = secrets_of(1)[1]
    pl.DataFrame({"name": [secret] * 3}).write_parquet(tmp_path / "some.parquet", compression="zstd")
    assert found_in([tmp_path], [secret]) != []
    assert found_in([tmp_path], ["Surname99999"]) == []
