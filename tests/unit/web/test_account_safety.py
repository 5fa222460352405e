"""Accounts: what somebody might try in order to pass the lock, the second factor or another's address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client

from skillmix.errors import InputError
from skillmix.place import Place
from skillmix.web.people import invitations, services
from skillmix.web.people.models import Membership, User

pytestmark = pytest.mark.database

PASSWORD = "nine-quiet-harbours"


def client(**more: Any) -> Client:
    return Client(headers={"host": "localhost"}, **more)


@pytest.fixture
def person(north: Place, db: None) -> Iterator[User]:
    cache.clear()
    yield services.make_administrator(["north"], "risk@example.org", PASSWORD)
    cache.clear()


def sign_in(who: Client, email: str, password: str = PASSWORD) -> Any:
    return who.post("/account/login/", {"login": email, "password": password})


def test_an_account_is_found_by_its_address_as_stored_and_by_no_letter_alike(person: User) -> None:
    assert User.objects.get_by_natural_key(" Risk@Example.ORG ") == person
    sql = str(User.objects.of_address("risk@example.org").query).upper()
    assert "UPPER" not in sql
    assert "LIKE" not in sql


@pytest.mark.parametrize("email", ["r\u0131sk@example.org", "ri\u017fk@example.org"])
def test_an_address_that_only_looks_the_same_is_refused_like_a_wrong_password(
    person: User, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As a database whose upper case takes both letters for one would answer.
    monkeypatch.setattr(
        "django.contrib.auth.backends.ModelBackend.authenticate", lambda *a, **k: person, raising=True
    )
    answer = sign_in(client(), email)
    assert answer.status_code == 200
    assert "The e-mail address or the password is wrong." in answer.content.decode()


def test_no_account_is_made_that_could_never_sign_in(north: Place, db: None) -> None:
    with pytest.raises(InputError, match="no sign-in here takes"):
        services.make_account("ri\u017fk@example.org", "Somebody", PASSWORD)


def test_a_session_that_began_with_an_invitation_is_listed_and_ended(north: Place, db: None) -> None:
    _, link = invitations.make("north", "viewer", by=None, email="viewer@example.org")
    who = client()
    assert who.post(link, {"name": "Viewer", "password": PASSWORD}).status_code == 302
    assert who.get("/north/").status_code == 200
    user = User.objects.get(email="viewer@example.org")
    assert [s.session_key for s in UserSession.objects.filter(user=user)] == [who.session.session_key]
    services.sign_out_everywhere(user)
    assert who.get("/north/").status_code == 302


def test_signing_in_lists_one_session_once(person: User) -> None:
    sign_in(client(), person.email)
    assert UserSession.objects.filter(user=person).count() == 1


def test_without_mail_no_link_is_made_and_none_is_logged(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.account.forms import default_token_generator

    made: list[Any] = []
    monkeypatch.setattr(type(default_token_generator), "make_token", lambda self, user: made.append(user))
    answer = client().post("/account/password/reset/", {"email": person.email}, follow=True)
    assert "This server sends no mail" in answer.content.decode()
    assert made == mail.outbox == []


def test_a_server_without_mail_shows_none_in_its_log() -> None:
    from importlib import import_module

    backend = getattr(import_module("skillmix.web.site.settings"), "EMAIL_BACKEND", "")
    assert backend == "django.core.mail.backends.dummy.EmailBackend"


def test_an_account_that_is_opened_again_signs_in_with_its_second_factor(
    account: Callable[..., Any], north: Place
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    administrator, user = account("place_administrator"), account("viewer")
    TOTP.activate(user, generate_totp_secret())
    services.close(user, by=administrator, places=["north"])
    _, link = invitations.make("north", "viewer", by=administrator, email=user.email)
    who = client()
    answer = who.post(link, {"name": "Viewer", "password": PASSWORD})
    assert answer["Location"] == "/account/login/"
    assert "_auth_user_id" not in who.session
    assert sign_in(who, user.email)["Location"].startswith("/account/2fa/authenticate/")
    assert Authenticator.objects.filter(user=user).exists()


def test_an_address_that_was_only_claimed_accepts_nothing_for_its_owner(
    account: Callable[..., Any], north: Place
) -> None:
    _, anybodys = invitations.make("north", "viewer", by=None)
    who = client()
    given = {"email": "chief@example.org", "name": "Viewer", "password": PASSWORD}
    assert who.post(anybodys, given).status_code == 302
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("chief@example.org", False)]
    administrator = account("place_administrator")
    _, owners = invitations.make("north", "place_administrator", by=administrator, email="chief@example.org")
    assert who.get(owners).status_code == who.post(owners).status_code == 403
    assert not Membership.objects.filter(user__email="chief@example.org", role="place_administrator").exists()


def test_an_address_that_was_invited_is_the_accounts_own(north: Place, db: None) -> None:
    _, link = invitations.make("north", "viewer", by=None, email="viewer@example.org")
    client().post(link, {"name": "Viewer", "password": PASSWORD})
    assert EmailAddress.objects.get(email="viewer@example.org").verified
