"""Every route of the API by role: own organisations by name, others at their level, files as JSON."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from api_clients import by_token, csv_rows, rows_of, token_of
from django.test import Client

from skillmix.place import Place
from skillmix.web.api import answers, rates
from skillmix.web.api.operations import NEEDS
from skillmix.web.people.roles import ROLES

pytestmark = pytest.mark.database

NORTH = "/api/v1/places/north"
LISTS = ("", "/organisations", "/overview", "/grid", "/turnover", "/vacancy", "/coverage", "/assumptions")
LISTS += ("/scenarios", "/runs")
#: A membership of each role that may have tokens.
MEMBERS = {
    "place_administrator": {},
    "place_planner": {},
    "organisation_lead": {"organisation": "NT1"},
    "organisation_analyst": {"organisation": "NT2"},
    "profession_lead": {"family": "allied_health"},
    "primary_care_lead": {"organisation": "U99001"},
    "education_lead": {},
    "researcher": {},
    "system_lead": {},
}


@pytest.fixture
def ask(north: Place, account: Callable[..., Any]) -> Callable[..., Client]:
    def make(role: str, **of: str) -> Client:
        return by_token(token_of(account(role, **(of or MEMBERS[role]))))

    return make


def test_every_role_with_tokens_is_tried() -> None:
    assert set(MEMBERS) == {code for code, role in ROLES.items() if "tokens" in role.abilities}


@pytest.mark.parametrize("role", sorted(MEMBERS))
def test_each_list_by_role(ask: Callable[..., Client], role: str) -> None:
    client = ask(role)
    for path in LISTS:
        assert client.get(NORTH + path).status_code == 200, path
    expected = 200 if "rows" in ROLES[role].abilities else 403
    assert client.get(f"{NORTH}/submissions").status_code == expected
    assert client.get("/api/v1/places/south/overview").status_code == 404
    assert client.get(f"{NORTH}/runs/0123456789abcdef/summary").status_code == 404


def test_every_operation_says_what_it_needs() -> None:
    from skillmix.web.api.urls import urlpatterns

    views = [
        view for pattern in urlpatterns if hasattr(pattern, "url_patterns") for view in pattern.url_patterns
    ]
    said = {view.name: view.callback.needs for view in views}
    assert said.pop("api-root") == "anybody"
    assert said == NEEDS
    assert set(NEEDS.values()) == {"member", "figures", "rows"}


def organisations(client: Client) -> dict[str, float | None]:
    return {row["organisation"]: row["fte"] for row in rows_of(client.get(f"{NORTH}/overview"))}


def test_others_are_seen_at_the_level_of_their_agreement(ask: Callable[..., Client]) -> None:
    seen = organisations(ask("organisation_lead", organisation="NT1"))
    assert seen["NT1"] == 63
    # One unnamed partner alone would be known: fewer than three are in the figures of the place only.
    assert set(seen) <= {"NT1", "NC1", "U99001", "Y99001"}
    whole = rows_of(ask("organisation_lead", organisation="NT1").get(f"{NORTH}/overview?by="))
    assert [row["fte"] for row in whole] == [63 + 29 + 18 + 17 + 3]


def test_ones_own_are_seen_by_name(ask: Callable[..., Client]) -> None:
    assert organisations(ask("organisation_analyst", organisation="NT2"))["NT2"] == 29
    assert organisations(ask("organisation_lead", organisation="NT3"))["NT3"] == 18


def test_a_researcher_sees_no_partners_own_figures(ask: Callable[..., Client]) -> None:
    client = ask("researcher")
    assert [row["fte"] for row in rows_of(client.get(f"{NORTH}/overview?by="))] == [130]
    assert not [fte for fte in organisations(client).values() if fte is not None]


def test_a_profession_lead_sees_their_family_alone(ask: Callable[..., Client]) -> None:
    rows = rows_of(ask("profession_lead").get(f"{NORTH}/overview?by=profession"))
    assert {row["profession"] for row in rows} == {"physiotherapist", "occupational_therapist"}


def test_submissions_are_of_ones_own_organisations(ask: Callable[..., Client]) -> None:
    rows = rows_of(ask("organisation_lead", organisation="NT1").get(f"{NORTH}/submissions"))
    assert {row["organisation"] for row in rows} == {"NT1"}
    assert [row["readable"] for row in rows] == [True]
    assert rows[0]["source"] == "esr_staff_in_post"


def test_what_an_ended_agreement_covered_is_gone_from_figures(
    north: Place, account: Callable[..., Any]
) -> None:
    import datetime as dt
    from dataclasses import replace

    client = by_token(token_of(account("organisation_lead", "NT1")))
    assert organisations(client)["NT1"] == 63
    ended = [replace(a, ends=dt.date(2025, 1, 1)) if a.organisation == "NT1" else a for a in north.agreements]
    place = Place.open(north.path)
    place.agreements = ended
    place.save()
    assert organisations(client)["NT1"] is None
    rows = rows_of(client.get(f"{NORTH}/submissions"))
    assert [row["readable"] for row in rows] == [False]


@pytest.mark.parametrize(
    "path",
    [
        "/overview?by=organisation,profession",
        "/grid?by_organisation=true",
        "/vacancy?by=organisation",
        "/organisations",
        "/assumptions",
        "/coverage",
    ],
)
def test_files_hold_what_json_holds(ask: Callable[..., Client], path: str) -> None:
    client, joined = ask("place_planner"), "&" if "?" in path else "?"
    told = client.get(f"{NORTH}{path}{joined}limit=5000").json()
    sheet = client.get(f"{NORTH}{path}{joined}format=csv")
    assert sheet["Content-Type"] == "text/csv; charset=utf-8"
    assert sheet["X-Total-Count"] == str(told["total"])
    lines = csv_rows(sheet)
    assert [list(line) for line in lines] == [list(row) for row in told["rows"]]
    for line, row in zip(lines, told["rows"], strict=True):
        assert {k: _read(v, row[k]) for k, v in line.items()} == row
    parquet = client.get(f"{NORTH}{path}{joined}format=parquet")
    frame = pl.read_parquet(io.BytesIO(parquet.content))
    rows = [{k: answers.plain(v) for k, v in row.items()} for row in frame.to_dicts()]
    assert rows == told["rows"]


def _read(text: str, like: Any) -> Any:
    """A value of CSV, of the kind that JSON gave."""
    if like is None:
        assert text == ""
        return None
    if isinstance(like, bool):
        return text == "true"
    return float(text) if isinstance(like, int | float) else text


@pytest.mark.parametrize("accept", ["text/csv", "text/csv, */*;q=0.1"])
def test_the_form_may_be_asked_for_by_the_header(ask: Callable[..., Client], accept: str) -> None:
    client = ask("place_planner")
    answer = client.get(f"{NORTH}/organisations", headers={"accept": accept})
    assert answer["Content-Type"].startswith("text/csv")
    assert (
        client.get(f"{NORTH}/organisations", headers={"accept": "*/*"})["Content-Type"] == "application/json"
    )


@pytest.mark.parametrize("limit", [1, 4, 7, 1_000])
def test_pages_walk_over_every_row_once(ask: Callable[..., Client], limit: int) -> None:
    client = ask("place_planner")
    whole = rows_of(client.get(f"{NORTH}/overview?by=organisation,profession&limit=5000"))
    address: str | None = f"{NORTH}/overview?by=organisation,profession&limit={limit}"
    walked: list[dict[str, Any]] = []
    while address is not None:
        page = client.get(address.removeprefix("http://localhost")).json()
        assert page["total"] == len(whole)
        assert 0 < len(page["rows"]) <= limit
        walked += page["rows"]
        address = page["next"]
    assert walked == whole


def test_a_page_beyond_the_last_is_empty(ask: Callable[..., Client]) -> None:
    page = ask("place_planner").get(f"{NORTH}/organisations?offset=1000").json()
    assert (page["rows"], page["next"], page["total"]) == ([], None, 6)


def test_no_text_of_a_csv_is_run_as_a_formula(north: Place, account: Callable[..., Any]) -> None:
    from dataclasses import replace

    place = Place.open(north.path)
    place.organisations["NT1"] = replace(place.organisations["NT1"], name='=HYPERLINK("http://x","y")')
    place.save()
    client = by_token(token_of(account("place_planner")))
    for path in ("/organisations", "/overview", "/grid?by_organisation=true"):
        joined = "&" if "?" in path else "?"
        lines = csv_rows(client.get(f"{NORTH}{path}{joined}format=csv"))
        names = {line["organisation_name"] for line in lines}
        assert '\'=HYPERLINK("http://x","y")' in names
        assert not [n for n in names if n.startswith(("=", "+", "-", "@"))]


def test_unknown_words_are_refused_with_the_cure(ask: Callable[..., Client]) -> None:
    client = ask("place_planner")
    for path in ("/overview?by=nonsense", "/turnover?by=role", "/vacancy?by=employer", "/grid?family=nobody"):
        answer = client.get(NORTH + path)
        assert answer.status_code == 400, path
        assert answer.json()["cure"], path
    for path in ("/overview?limit=0", "/overview?limit=5001", "/overview?format=xml", "/overview?as_of=soon"):
        answer = client.get(NORTH + path)
        assert answer.status_code == 400, path
        assert answer.json()["where"], path


def test_what_the_data_cannot_support_is_refused_with_the_reason(ask: Callable[..., Client]) -> None:
    answer = ask("place_planner").get(f"{NORTH}/overview?per_10000=registered")
    assert answer.status_code == 422
    assert "registered patients" in answer.json()["problem"]


def test_a_token_that_asks_too_often_is_told_when_to_ask_again(
    ask: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = ask("place_planner"), ask("researcher")
    monkeypatch.setattr(rates, "A_MINUTE", 3)
    monkeypatch.setattr(rates.time, "time", lambda: 1_800_000_030.0)
    given = [client.get(NORTH).status_code for _ in range(5)]
    assert given == [200, 200, 200, 429, 429]
    assert client.get(NORTH)["Retry-After"] == "30"
    assert other.get(NORTH).status_code == 200
    monkeypatch.setattr(rates.time, "time", lambda: 1_800_000_061.0)
    assert client.get(NORTH).status_code == 200


def test_each_release_is_recorded_before_it_is_given(
    ask: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from skillmix.web.api import operations

    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(operations, "record", lambda request, *what: told.append((str(request.user), *what)))
    client = ask("place_planner")
    client.get(f"{NORTH}/overview?by=profession&format=csv")
    client.get(f"{NORTH}/overview?by=nonsense")
    [(who, action, subject, detail)] = told
    assert (who, action, subject) == ("place planner", "api", "overview")
    assert detail["parameters"]["by"] == "profession"
    assert detail["token"].startswith("skx_")
    assert len(detail["token"]) == 8


def test_what_is_synthetic_says_so_in_its_row() -> None:
    frame = pl.DataFrame({"origin": ["synthetic", "mixed", "sent", None], "fte": [1.0, 2.0, 3.0, None]})
    assert answers.marked(frame, True)["invented"].to_list() == ["Invented", "Invented in part", None, None]
    assert "invented" not in answers.marked(frame, False).columns
    run = pl.DataFrame({"invented": [True, False]})
    assert answers.marked(run, True)["invented"].to_list() == ["Invented", None]


def test_a_parameter_that_is_not_there_is_refused_with_the_one_meant(
    ask: Callable[..., Client],
) -> None:
    client = ask("place_planner")
    wrong = client.get(f"{NORTH}/overview?profesion=physiotherapist&limit=5")
    assert wrong.status_code == 400
    assert "'profesion'" in wrong.json()["problem"]
    assert client.get("/api/v1/places?=false").status_code == 400
    assert "'limit'" in client.get(f"{NORTH}/overview?limits=5").json()["cure"]
