"""Personal tokens: known by their hash, shown once, dead with their owner's membership."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from api_clients import by_token, token_of
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skillmix.errors import InputError, ScopeError
from skillmix.place import Place
from skillmix.web.api import tokens
from skillmix.web.api.models import Token
from skillmix.web.people.models import Membership

pytestmark = pytest.mark.database

PLACES = "/api/v1/places"


@pytest.fixture
def lead(north: Place, account: Callable[..., Any]) -> Any:
    return account("organisation_lead", "NT1")


def status(secret: str, path: str = PLACES) -> int:
    return int(by_token(secret).get(path).status_code)


def test_only_the_hash_of_a_token_is_kept(lead: Any) -> None:
    secret = token_of(lead)
    kept = Token.objects.get()
    assert kept.hash == tokens.hash_of(secret) != secret
    assert secret not in str([kept.__dict__])
    assert kept.prefix == secret[:8]
    assert len(secret) == len("skx_") + 43


def test_a_token_opens_the_api_until_it_is_revoked(lead: Any) -> None:
    secret = token_of(lead)
    assert status(secret) == 200
    assert tokens.revoke(lead, Token.objects.get().pk)
    assert status(secret) == 401


def test_a_token_is_dead_from_the_moment_that_it_expires(lead: Any) -> None:
    secret = token_of(lead, days=1)
    assert status(secret) == 200
    Token.objects.update(expires=timezone.now() - dt.timedelta(seconds=1))
    assert status(secret) == 401


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_lasts_a_year_at_most(lead: Any, days: int) -> None:
    with pytest.raises(InputError):
        token_of(lead, days=days)
    assert not Token.objects.exists()


def test_a_token_lasts_90_days_where_nothing_is_said(lead: Any) -> None:
    token_of(lead)
    left = Token.objects.get().expires - timezone.now()
    assert dt.timedelta(days=89) < left <= dt.timedelta(days=90)


def test_a_token_dies_with_the_membership(lead: Any) -> None:
    secret = token_of(lead)
    Membership.objects.filter(user=lead).update(ends=timezone.localdate() - dt.timedelta(days=1))
    assert status(secret) == 401


def test_a_token_dies_with_the_account(lead: Any) -> None:
    secret = token_of(lead)
    lead.is_active = False
    lead.save()
    assert status(secret) == 401


def test_whoever_may_make_no_token_any_more_has_none(lead: Any) -> None:
    secret = token_of(lead)
    Membership.objects.filter(user=lead).update(role="viewer", organisation="")
    assert status(secret) == 401


def test_a_token_has_no_more_abilities_than_its_owner(north: Place, account: Callable[..., Any]) -> None:
    planner = account("place_planner")
    for wanted in (["rows"], ["figures", "people"], ["publish"], []):
        with pytest.raises(InputError):
            token_of(planner, abilities=wanted)
    with pytest.raises(ScopeError):
        tokens.make(account("viewer"), "north", "mine", ["figures"])


def test_a_token_limited_to_rows_gives_no_figure(lead: Any) -> None:
    client = by_token(token_of(lead, abilities=["rows"]))
    answer = client.get("/api/v1/places/north/overview")
    assert answer.status_code == 403
    assert "ability 'figures'" in answer.json()["cure"]
    figures = by_token(token_of(lead, abilities=["figures"]))
    assert figures.get("/api/v1/places/north/overview").status_code == 200
    assert figures.get("/api/v1/places/north/submissions").status_code == 403


def test_a_narrowed_token_acts_for_one_organisation_alone(lead: Any, account: Callable[..., Any]) -> None:
    Membership.objects.create(user=lead, place="north", role="organisation_lead", organisation="NT2")
    both = by_token(token_of(lead)).get("/api/v1/places/north/submissions").json()
    one = by_token(token_of(lead, organisation="NT2")).get("/api/v1/places/north/submissions").json()
    assert {row["organisation"] for row in both["rows"]} == {"NT1", "NT2"}
    assert {row["organisation"] for row in one["rows"]} == {"NT2"}
    with pytest.raises(ScopeError):
        token_of(lead, organisation="NT3")


def test_a_narrowed_token_dies_with_that_membership_alone(lead: Any) -> None:
    Membership.objects.create(user=lead, place="north", role="organisation_lead", organisation="NT2")
    wide, narrow = token_of(lead), token_of(lead, organisation="NT2")
    Membership.objects.filter(organisation="NT2").delete()
    assert (status(wide), status(narrow)) == (200, 401)


def test_last_use_is_written_at_most_once_an_hour(lead: Any) -> None:
    secret = token_of(lead)
    assert Token.objects.get().last_used is None
    status(secret)
    first = Token.objects.get().last_used
    status(secret)
    assert first is not None
    assert Token.objects.get().last_used == first
    Token.objects.update(last_used=first - dt.timedelta(minutes=61))
    status(secret)
    assert Token.objects.get().last_used >= first


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer skx_short", "Basic abc", "Bearer skx_" + "a" * 43, "skx_x"]
)
def test_what_is_no_token_opens_nothing(lead: Any, header: str) -> None:
    answer = Client(headers={"host": "localhost", "authorization": header}).get(PLACES)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert set(answer.json()) == {"problem", "cure", "where"}


def test_a_session_is_not_taken(client_as: Callable[..., Any]) -> None:
    client = client_as("place_planner")
    assert client.get("/north/help/").status_code == 200
    assert client.get(PLACES).status_code == 401
    assert client.get("/api/v1/places/north/overview").status_code == 401


def test_another_persons_session_changes_nothing(
    client_as: Callable[..., Any], account: Callable[..., Any]
) -> None:
    browser = client_as("organisation_lead", "NT1")
    secret = token_of(account("organisation_lead", "NT2"))
    answer = browser.get("/api/v1/places/north/organisations", headers={"authorization": f"Bearer {secret}"})
    assert {row["organisation"] for row in answer.json()["rows"] if row["own"]} == {"NT2"}


def test_the_page_shows_a_token_once(client_as: Callable[..., Any]) -> None:
    client = client_as("organisation_lead", "NT1")
    given = {"name": "Report", "place": "north", "abilities": ["figures"], "days": "30", "organisation": ""}
    page = client.post("/account/tokens/", given)
    assert page.status_code == 200
    secret = page.content.decode().split('class="app-token">')[1].split("<")[0]
    assert status(secret) == 200
    assert secret not in client.get("/account/tokens/").content.decode()
    assert page["Cache-Control"] == "no-store"


def test_the_form_sent_twice_makes_one_token(client_as: Callable[..., Any]) -> None:
    client = client_as("organisation_lead", "NT1")
    given = {"name": "Report", "place": "north", "abilities": ["figures"], "days": "30"}
    client.post("/account/tokens/", given)
    again = client.post("/account/tokens/", given)
    assert again.status_code == 400
    assert "You have a token of that name already." in again.content.decode()
    assert Token.objects.count() == 1


def test_a_wrong_form_says_what_to_do(client_as: Callable[..., Any]) -> None:
    page = client_as("organisation_lead", "NT1").post("/account/tokens/", {"place": "north", "days": "30"})
    words = page.content.decode()
    assert page.status_code == 400
    assert "Say what the token is for" in words
    assert "Choose at least one thing" in words
    assert not Token.objects.exists()


def test_a_viewer_is_told_that_there_are_no_tokens(client_as: Callable[..., Any]) -> None:
    client = client_as("viewer")
    assert "do not allow tokens" in client.get("/account/tokens/").content.decode()
    given = {"name": "Mine", "place": "north", "abilities": ["figures"], "days": "30"}
    assert client.post("/account/tokens/", given).status_code == 403
    assert not Token.objects.exists()


def test_nobody_revokes_anothers_token(client_as: Callable[..., Any], lead: Any) -> None:
    secret = token_of(lead)
    number = Token.objects.get().pk
    other = client_as("organisation_lead", "NT2")
    assert other.post(f"/account/tokens/{number}/revoke/").status_code == 302
    assert status(secret) == 200
    mine = client_as("organisation_lead", "NT1")
    assert mine.get(f"/account/tokens/{number}/revoke/").status_code == 405
    assert mine.post(f"/account/tokens/{number}/revoke/").status_code == 302
    assert status(secret) == 401


def test_a_name_of_a_token_is_shown_as_text(client_as: Callable[..., Any]) -> None:
    client = client_as("organisation_lead", "NT1")
    given = {"name": "<script>alert(1)</script>", "place": "north", "abilities": ["figures"], "days": "30"}
    page = client.post("/account/tokens/", given).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_organisation_of_others_is_refused_beside_its_field(client_as: Callable[..., Any]) -> None:
    client = client_as("organisation_lead", "NT1")
    given = {"name": "Mine", "place": "north", "abilities": ["figures"], "days": "30", "organisation": "NT2"}
    page = client.post("/account/tokens/", given)
    assert page.status_code == 400
    assert 'href="#id_organisation"' in page.content.decode()
    assert not Token.objects.exists()


def test_looking_a_token_up_opens_no_transaction_where_there_is_no_second_lock(lead: Any) -> None:
    secret = token_of(lead)
    status(secret)
    with CaptureQueriesContext(connection) as asked:
        assert tokens.bearer_of(secret) is not None
        assert tokens.bearer_of("skx_" + "b" * 43) is None
    opened = [q["sql"] for q in asked.captured_queries if "SAVEPOINT" in q["sql"] or "BEGIN" in q["sql"]]
    assert bool(opened) == (connection.vendor == "postgresql")
