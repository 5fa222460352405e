"""Signing in: refused after five wrong passwords, safe from fixation, out everywhere when asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from skillmix.place import Place
from skillmix.web.people import services
from skillmix.web.people.models import User

pytestmark = pytest.mark.database

PASSWORD = "nine-quiet-harbours"


def client(**more: Any) -> Client:
    return Client(headers={"host": "localhost"}, **more)


@pytest.fixture
def person(north: Place, db: None) -> Iterator[User]:
    cache.clear()
    yield services.make_administrator(["north"], "person@example.org", PASSWORD)
    cache.clear()


def sign_in(who: Client, password: str = PASSWORD, email: str = "person@example.org") -> Any:
    return who.post("/account/login/", {"login": email, "password": password})


def test_the_sixth_try_is_refused_even_with_the_right_password(person: User) -> None:
    who = client()
    for _ in range(5):
        assert "is wrong" in sign_in(who, "wrong").content.decode()
    refused = sign_in(who)
    assert refused.status_code == 200
    assert "Try again in 15 minutes" in refused.content.decode()
    assert "_auth_user_id" not in who.session


def test_the_lock_is_on_the_account_wherever_it_is_tried_from_and_on_no_other(person: User) -> None:
    services.make_account("other@example.org", "Other", PASSWORD)
    for n in range(5):
        sign_in(client(REMOTE_ADDR=f"10.0.0.{n}"), "wrong", "PERSON@example.org")
    assert "15 minutes" in sign_in(client(REMOTE_ADDR="10.0.0.99")).content.decode()
    assert sign_in(client(REMOTE_ADDR="10.0.0.1"), email="other@example.org").status_code == 302


def test_one_address_cannot_try_many_accounts(person: User) -> None:
    who = client(REMOTE_ADDR="10.9.9.9")
    for n in range(20):
        sign_in(who, "wrong", f"nobody{n}@example.org")
    assert sign_in(who).status_code != 302
    assert sign_in(client(REMOTE_ADDR="10.9.9.10")).status_code == 302


def test_a_wrong_password_says_the_same_whether_there_is_an_account_or_not(person: User) -> None:
    def told(email: str) -> str:
        page = sign_in(client(), "wrong", email).content.decode()
        return page[
            page.index("nhsuk-error-summary") : page.index("</ul>", page.index("nhsuk-error-summary"))
        ]

    assert told("person@example.org") == told("nobody@example.org")


def test_a_new_password_is_asked_for_in_the_same_words_whether_there_is_an_account_or_not(
    person: User, settings: Any
) -> None:
    settings.SKILLMIX = replace(settings.SKILLMIX, mail_url="smtp://mail.example")
    answers = [
        client().post("/account/password/reset/", {"email": email})
        for email in ("person@example.org", "nobody@example.org")
    ]
    assert {a.status_code for a in answers} == {302}
    assert len({a["Location"] for a in answers}) == 1
    assert [m.to for m in mail.outbox] == [["person@example.org"]]


def test_the_session_has_a_new_name_after_signing_in(person: User) -> None:
    who = client()
    session = who.session
    session["planted"] = "yes"
    session.save()
    before = who.cookies["sessionid"].value
    sign_in(who)
    assert who.cookies["sessionid"].value != before
    thief = client()
    thief.cookies["sessionid"] = before
    assert thief.get("/north/people/").status_code == 302


def test_sign_out_everywhere_ends_every_session(person: User) -> None:
    here, there = client(), client()
    sign_in(here)
    sign_in(there)
    assert here.post("/account/sessions/end/").status_code == 302
    assert here.get("/account/").status_code == there.get("/account/").status_code == 302


def test_sign_out_elsewhere_leaves_this_one(person: User) -> None:
    here, there = client(), client()
    sign_in(here)
    sign_in(there)
    assert here.post("/account/sessions/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_a_new_password_signs_out_elsewhere(person: User) -> None:
    here, there = client(), client()
    sign_in(here)
    sign_in(there)
    new = {"oldpassword": PASSWORD, "password1": "seven-still-rivers", "password2": "seven-still-rivers"}
    assert here.post("/account/password/change/", new).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_a_deactivated_account_is_out_at_once_and_cannot_sign_in(person: User) -> None:
    who = client()
    sign_in(who)
    person.is_active = False
    person.save()
    assert who.get("/account/").status_code == 302
    again = client()
    assert sign_in(again)["Location"] == "/account/inactive/", "told to whoever knows the password alone"
    assert "_auth_user_id" not in again.session
    assert "is wrong" in sign_in(client(), "wrong").content.decode()


def test_a_session_ends_after_hours_without_a_click_and_after_a_day_whatever_is_clicked(
    person: User, settings: Any
) -> None:
    who = client()
    sign_in(who)
    hours = settings.SKILLMIX.session_hours
    assert 0 < who.session.get_expiry_date().timestamp() - time.time() <= hours * 3600
    session = who.session
    session["seen"] = int(time.time()) - 700
    session.save()
    assert who.get("/account/").status_code == 200
    assert who.session["seen"] > time.time() - 60, "in use, it lapses later"
    session = who.session
    session["began"] = int(time.time()) - 24 * 3600 - 1
    session.save()
    assert who.get("/account/").status_code == 302


def test_a_second_factor_is_asked_for_once_it_is_set_up(person: User) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(person, secret)
    who = client()
    assert sign_in(who)["Location"].startswith("/account/2fa/authenticate/")
    assert who.get("/account/").status_code == 302, "a password alone opens nothing"
    assert who.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert who.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert who.get("/account/").status_code == 200


def test_setting_up_a_second_factor_asks_for_the_password_first(person: User) -> None:
    who = client()
    sign_in(who)
    assert who.get("/account/2fa/app/picture.svg").status_code == 404
    asked = who.get("/account/2fa/app/activate/")
    assert asked["Location"].startswith("/account/reauthenticate/")
    who.post(asked["Location"], {"password": PASSWORD})
    page = who.get("/account/2fa/app/activate/")
    assert page.status_code == 200
    assert b"data:image" not in page.content
    picture = who.get("/account/2fa/app/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_confirm_email", "socialaccount_signup", "mfa_trust"]
)
def test_what_is_not_wanted_has_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_every_page_of_accounts_keeps_the_strict_policy_and_no_inline_script(person: User) -> None:
    who = client()
    pages = ["/account/login/", "/account/password/reset/", "/account/inactive/"]
    answers = [who.get(p) for p in pages]
    sign_in(who)
    answers += [who.get(p) for p in ("/account/", "/account/2fa/", "/account/sessions/", "/account/logout/")]
    for answer in answers:
        assert answer.status_code == 200
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        text = answer.content.decode()
        assert " style=" not in text
        assert "<script>" not in text
