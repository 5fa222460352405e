"""Invitations: a link that works once, expires, can be withdrawn, and is for the one who was invited."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from skillmix.errors import RefusedError, ScopeError
from skillmix.place import Place
from skillmix.web.people import invitations, services
from skillmix.web.people.models import Invitation, Membership, User

pytestmark = pytest.mark.database

PASSWORD = "nine-quiet-harbours"


@pytest.fixture
def nobody(north: Place, db: None) -> Client:
    return Client(headers={"host": "localhost"})


def invite(client: Any, **given: str) -> str:
    """Invite by the page; the path of the link that it shows."""
    answer = client.post("/north/people/invite/", {"role": "place_planner", **given})
    assert answer.status_code == 200
    found = re.search(r"http://localhost(/invitation/[\w-]+/)", answer.content.decode())
    assert found, "the link is shown"
    return found.group(1)


def accept(client: Any, link: str, **given: str) -> Any:
    return client.post(link, {"name": "Planner", "password": PASSWORD, **given})


def test_the_invited_person_makes_an_account_and_is_signed_in(
    client_as: Callable[..., Any], nobody: Client
) -> None:
    link = invite(client_as("place_administrator"), email="planner@example.org")
    assert "planner@example.org" in nobody.get(link).content.decode()
    assert accept(nobody, link).status_code == 302
    user = User.objects.get(email="planner@example.org")
    assert [(m.place, m.role) for m in user.memberships.all()] == [("north", "place_planner")]
    assert nobody.get("/north/").status_code == 200
    again = Client(headers={"host": "localhost"})
    assert again.post("/account/login/", {"login": user.email, "password": PASSWORD}).status_code == 302


def test_a_link_works_once(client_as: Callable[..., Any], nobody: Client) -> None:
    link = invite(client_as("place_administrator"), email="planner@example.org")
    accept(nobody, link)
    second = Client(headers={"host": "localhost"})
    assert second.get(link).status_code == accept(second, link).status_code == 410
    assert User.objects.filter(name="Planner").count() == 1


def test_the_link_is_kept_nowhere_but_as_its_hash(client_as: Callable[..., Any]) -> None:
    link = invite(client_as("place_administrator"))
    token = link.split("/")[2]
    kept = Invitation.objects.get()
    assert kept.token_hash == invitations.hashed(token)
    assert token not in repr(vars(kept))


@pytest.mark.parametrize("how", ["expired", "withdrawn"])
def test_a_link_that_has_expired_or_was_withdrawn_does_not_work(
    how: str, client_as: Callable[..., Any], nobody: Client
) -> None:
    administrator = client_as("place_administrator")
    link = invite(administrator, email="planner@example.org")
    made = Invitation.objects.get()
    if how == "expired":
        made.expires = timezone.now() - dt.timedelta(seconds=1)
        made.save()
    else:
        assert administrator.post(f"/north/people/invitations/{made.pk}/withdraw/").status_code == 302
    page = accept(nobody, link)
    assert page.status_code == 410
    assert how in page.content.decode()
    assert not User.objects.filter(email="planner@example.org").exists()


def test_a_link_lasts_seven_days(client_as: Callable[..., Any]) -> None:
    invite(client_as("place_administrator"))
    lasts = Invitation.objects.get().expires - timezone.now()
    assert dt.timedelta(days=6, hours=23) < lasts <= dt.timedelta(days=7)


def test_another_person_cannot_accept(client_as: Callable[..., Any]) -> None:
    link = invite(client_as("place_administrator"), email="planner@example.org", role="place_administrator")
    other = client_as("viewer")
    assert other.get(link).status_code == 403
    assert other.post(link).status_code == 403
    assert not Membership.objects.filter(user=other.user, role="place_administrator").exists()


def test_an_account_that_is_there_signs_in_to_accept(client_as: Callable[..., Any], nobody: Client) -> None:
    member = client_as("viewer")
    services.confirm_address(member.user)
    link = invite(client_as("place_administrator"), email=member.user.email.upper(), role="researcher")
    assert "sign in" in nobody.get(link).content.decode().lower()
    accept(nobody, link)
    assert not member.user.memberships.filter(role="researcher").exists(), "the link sets nobody's password"
    assert member.post(link).status_code == 302
    assert member.user.memberships.filter(role="researcher").exists()


def test_nobody_raises_themselves_by_an_invitation(client_as: Callable[..., Any]) -> None:
    administrator = client_as("place_administrator")
    link = invite(administrator, role="place_planner")
    assert administrator.post(link).status_code == 403
    with pytest.raises(RefusedError, match="themselves"):
        invitations.make("north", "place_planner", by=administrator.user, email=administrator.user.email)
    assert not administrator.user.memberships.filter(role="place_planner").exists()


def test_whoever_holds_a_link_without_address_gives_theirs(
    client_as: Callable[..., Any], nobody: Client
) -> None:
    link = invite(client_as("place_administrator"), role="organisation_lead", organisation="NT1")
    page = accept(nobody, link, email="not an address")
    assert page.status_code == 200
    assert not User.objects.filter(name="Planner").exists()
    assert accept(nobody, link, email="Lead@Example.org").status_code == 302
    user = User.objects.get(email="lead@example.org")
    assert [(m.role, m.organisation) for m in user.memberships.all()] == [("organisation_lead", "NT1")]


@pytest.mark.parametrize("password", ["short", "123456789012345", "planner@example.org", "password1234"])
def test_a_weak_password_is_refused_and_the_link_stays_good(
    password: str, client_as: Callable[..., Any], nobody: Client
) -> None:
    link = invite(client_as("place_administrator"), email="planner@example.org")
    page = accept(nobody, link, password=password)
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert not User.objects.filter(email="planner@example.org").exists()
    assert accept(nobody, link).status_code == 302


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"role": "organisation_lead"}, "Choose the organisation"),
        ({"role": "primary_care_lead", "organisation": "NT1"}, "Choose a primary care network"),
        ({"role": "profession_lead"}, "Choose the family"),
        ({"role": "no_such_role"}, "There is a problem"),
        ({"role": "viewer", "email": "no address"}, "There is a problem"),
    ],
)
def test_an_invitation_names_what_its_role_is_about(
    given: dict[str, str], says: str, client_as: Callable[..., Any]
) -> None:
    page = client_as("place_administrator").post("/north/people/invite/", given)
    assert says in page.content.decode()
    assert not Invitation.objects.exists()


def test_what_a_role_is_not_about_is_not_kept(client_as: Callable[..., Any]) -> None:
    invite(client_as("place_administrator"), role="viewer", organisation="NT1", family="nursing")
    made = Invitation.objects.get()
    assert (made.organisation, made.family) == ("", "")


def test_inviting_again_makes_the_earlier_link_useless(client_as: Callable[..., Any], nobody: Client) -> None:
    administrator = client_as("place_administrator")
    first = invite(administrator, email="planner@example.org")
    second = invite(administrator, email="planner@example.org")
    assert nobody.get(first).status_code == 410
    assert nobody.get(second).status_code == 200


def test_mail_is_sent_where_it_is_set_up(client_as: Callable[..., Any], settings: Any) -> None:
    from dataclasses import replace

    administrator = client_as("place_administrator")
    invite(administrator, email="planner@example.org")
    assert mail.outbox == []
    settings.SKILLMIX = replace(settings.SKILLMIX, mail_url="smtp://mail.example.org")
    link = invite(administrator, email="planner@example.org")
    assert [m.to for m in mail.outbox] == [["planner@example.org"]]
    assert link in mail.outbox[0].body


def test_the_first_administrators_link_is_for_every_place_and_works_once(nobody: Client) -> None:
    assert not services.has_administrator(["north"])
    first = services.one_time_link(["north"])
    link = services.one_time_link(["north"])
    assert nobody.get(first).status_code == 410
    assert accept(nobody, link, email="first@example.org").status_code == 302
    assert services.has_administrator(["north"])
    assert services.first_administrator(["north"]) is None
    assert Client(headers={"host": "localhost"}).get(link).status_code == 410


def test_a_closed_account_is_opened_again_by_an_invitation_where_no_other_place_has_it(
    client_as: Callable[..., Any], account: Callable[..., Any], nobody: Client
) -> None:
    administrator, user = client_as("place_administrator"), account("viewer")
    services.close(user, by=administrator.user, places=["north"])
    link = invite(administrator, email=user.email)
    assert accept(nobody, link).status_code == 302
    user.refresh_from_db()
    assert user.is_active
    assert [m.role for m in Membership.objects.in_force().filter(user=user)] == ["place_planner"]


def test_an_invitation_is_accepted_once_whatever_the_caller_holds(
    account: Callable[..., Any], north: Place
) -> None:
    made, _ = invitations.make("north", "viewer", by=None)
    invitations.accept(made, account("researcher"))
    with pytest.raises(RefusedError, match="used already"):
        invitations.accept(made, account("education_lead"))
    other, _ = invitations.make("north", "viewer", by=None, email="other@example.org")
    with pytest.raises(ScopeError, match="another person"):
        invitations.accept(other, account("researcher"))
