"""Personas: on this machine alone, over a demonstration alone, and gone where there are none."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import path

from skillmix.place import Place
from skillmix.web.people import persona_views, personas
from skillmix.web.people.models import Membership, User
from skillmix.web.site import urls as site

pytestmark = pytest.mark.database

urlpatterns = [
    path("personas/", persona_views.personas, name="personas"),
    path("personas/sign-in/", persona_views.sign_in, name="sign_in_as"),
    *site.urlpatterns,
]


@pytest.fixture
def demonstration(north: Place, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The place as if all of it were invented, with its personas."""
    monkeypatch.setattr(Place, "origins", lambda self, apart=(): frozenset({"synthetic", "published"}))
    settings.PERSONAS = True
    settings.ROOT_URLCONF = __name__
    personas.prepare()
    return Client(headers={"host": "localhost"})


def account(name: str) -> User:
    return User.objects.exclude(persona="").get(name__startswith=name)


def be(client: Client, name: str, **more: Any) -> Any:
    return client.post("/personas/sign-in/", {"place": "north", "account": account(name).pk}, **more)


def test_a_place_with_rows_that_a_partner_sent_is_refused(north: Place) -> None:
    assert "rows that a partner sent" in str(personas.allowed(north))


def test_a_place_of_invented_and_published_rows_is_allowed(demonstration: Client, north: Place) -> None:
    assert personas.allowed(north) is None


def test_the_personas_of_users_are_there_and_made_once(demonstration: Client) -> None:
    before = (User.objects.count(), Membership.objects.count())
    personas.prepare()
    assert (User.objects.count(), Membership.objects.count()) == before
    page = demonstration.get("/personas/").content.decode()
    for name in [
        "Place planner",
        "Workforce lead, North General Hospitals",
        "Manager, Harbour Network",
        "AHP lead",
        "Education lead",
        "Board member",
        "System lead",
        "Place administrator",
        "Analyst, North General Hospitals",
        "Researcher",
    ]:
        assert name in page
    assert not any(u.has_usable_password() for u in User.objects.exclude(persona=""))


def test_a_persona_is_signed_in_by_a_click_and_has_its_role(demonstration: Client) -> None:
    assert be(demonstration, "AHP lead")["Location"] == "/north/"
    assert "Profession lead" in demonstration.get("/account/").content.decode()
    assert demonstration.get("/north/people/").status_code == 403


@pytest.mark.parametrize(
    "told",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_HOST": "demo.example.org"},
    ],
)
def test_nobody_from_elsewhere_chooses_one(
    demonstration: Client, settings: Any, told: dict[str, str]
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    stranger = Client(headers={} if "HTTP_HOST" in told else {"host": "127.0.0.1:8000"})
    assert stranger.get("/personas/", **told).status_code == 403  # type: ignore[arg-type]
    assert be(stranger, "Place planner", **told).status_code == 403
    assert "_auth_user_id" not in stranger.session


def test_a_place_that_has_real_rows_by_now_is_refused_at_the_click(
    demonstration: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Place, "origins", lambda self, apart=(): frozenset({"sent"}))
    assert be(demonstration, "Place planner").status_code == 403


def test_no_account_but_a_personas_is_signed_in(demonstration: Client) -> None:
    real = User.objects.create_user("real@example.org", "nine-quiet-harbours")
    answer = demonstration.post("/personas/sign-in/", {"place": "north", "account": real.pk})
    assert answer.status_code == 404


def test_a_persona_sets_no_password_and_is_out_where_there_are_none(
    demonstration: Client, settings: Any
) -> None:
    be(demonstration, "Place planner")
    new = {"password1": "nine-quiet-harbours", "password2": "nine-quiet-harbours"}
    assert demonstration.post("/account/password/set/", new).status_code == 403
    assert not account("Place planner").has_usable_password()
    settings.PERSONAS = False
    assert demonstration.get("/north/grid/").status_code == 302


def test_a_persona_of_another_place_is_not_signed_in_by_naming_this_one(demonstration: Client) -> None:
    from allauth.usersessions.models import UserSession

    user = account("Board member")
    assert be(demonstration, "Board member").status_code == 302
    assert UserSession.objects.filter(user=user).exists(), "it can be ended"
    Membership.objects.filter(user=user).update(place="elsewhere")
    assert be(demonstration, "Board member").status_code == 404


def test_every_place_of_a_persona_must_be_a_demonstration(
    demonstration: Client, north: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personas, "served_with", lambda user: {"north": north, "real": north})
    monkeypatch.setattr(persona_views, "uploads_of_personas", lambda slug: [slug])
    monkeypatch.setattr(
        personas, "allowed", lambda place, tried: "It has rows of a partner." if tried == ["real"] else None
    )
    assert be(demonstration, "System lead").status_code == 403
