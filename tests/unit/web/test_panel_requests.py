"""What a request may say of a panel, and what becomes of it in headers and files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from skillmix.place import Place, Scope
from skillmix.web.panels.files import harmless

pytestmark = pytest.mark.database


@pytest.mark.parametrize("value", ['a"; filename="evil.html', "a%0d%0aX: y", "<b>", "x" * 400, "a;b"])
def test_no_value_bends_a_header(value: str, client_as: Callable[..., Any]) -> None:
    answer = client_as("viewer").get(f"/north/panels/grid.csv?largest={value}")
    assert answer.status_code == 400
    assert "evil" not in str(answer.headers.get("Content-Disposition", ""))


def test_a_file_is_named_by_plain_letters(client_as: Callable[..., Any]) -> None:
    answer = client_as("viewer").get("/north/panels/grid.csv?family=ahp&cell=fte_place")
    assert answer["Content-Disposition"] == 'attachment; filename="north-grid-fte-place-ahp.csv"'


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\n=1", " =1", "＝1"])
def test_no_text_is_run(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_headings_are_harmless_too(client_as: Callable[..., Any], north: Place) -> None:
    from dataclasses import replace

    place = Place.open(north.path)
    place.organisations["NT1"] = replace(place.organisations["NT1"], name="=HYPERLINK(1)")
    place.save()
    text = (
        client_as("place_planner").get("/north/panels/grid.csv?by=organisation").content.decode("utf-8-sig")
    )
    assert "'=HYPERLINK(1)" in text.splitlines()[0]


def test_a_projection_ends_with_the_agreements_behind_it(client_as: Callable[..., Any], north: Place) -> None:
    from skillmix.projection import project_once

    scope = Scope(purpose="figures", aggregated=True)
    name, _ = project_once(north, "no_change", years=5, runs=50, seed=1, scope=scope)
    client = client_as("place_planner")
    paths = [f"/north/panels/{panel}.csv?run={name}" for panel in ("outlook", "outlook-professions")]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    yesterday = dt.date.today() - dt.timedelta(days=1)
    for agreement in list(Place.open(north.path).agreements):
        Place.open(north.path).end_agreement(agreement.id, yesterday)
    assert [client.get(path).status_code for path in paths] == [422, 422]
    page = client.get("/north/professions/physiotherapist/").content.decode()
    assert name not in page
