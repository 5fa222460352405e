"""An administrator invites; the invited person signs in with an app, a recovery code or a key."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PASSWORD = "nine-quiet-harbours"


def one_time_code(secret: str) -> str:
    """A time-based one-time code, by RFC 6238: worked out here, not by the server's own code."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    return str((struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000).zfill(6)


@pytest.fixture
def window(page_as: Callable[..., Any], server: Any, chromium: Any) -> Iterator[Callable[..., Any]]:
    """A window under ``localhost``: security keys work under a name, not under a number."""
    contexts: list[Any] = []

    def open_window(*, script: bool = True) -> Any:
        address = server.address.replace("127.0.0.1", "localhost")
        context = chromium.new_context(base_url=address, java_script_enabled=script, locale="en-GB")
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def invite(page: Any, address: str, role: str) -> str:
    page.goto("/north/people/")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label(role, exact=True).check()
    page.get_by_role("button", name="Invite").click()
    link = page.locator(".app-link-once").inner_text()
    return str(re.sub(r"^https?://[^/]+", "", link))


def accept(page: Any, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill("Planner of the place")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    page.get_by_text("Your account is ready.").wait_for()


def sign_in(page: Any, address: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def show_again(page: Any) -> None:
    """Where the server asks once more, the password is given."""
    page.get_by_role("heading", name="Is it you?").wait_for()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


@pytest.mark.parametrize("script", [True, False])
def test_the_invited_person_signs_in_with_an_authenticator_app(
    script: bool, page_as: Callable[..., Any], window: Callable[..., Any]
) -> None:
    address = f"planner-{script}@example.org".lower()
    link = invite(page_as("Place administrator", script=script), address, "Place planner")
    page = window(script=script)
    accept(page, link)
    page.goto("/account/2fa/app/activate/")
    show_again(page)
    secret = page.locator(".app-secret").inner_text()
    picture = page.locator(".app-code-picture")
    if script:
        assert picture.evaluate("one => one.complete && one.naturalWidth > 0"), "the picture is drawn"
    page.get_by_label("Code", exact=True).fill(one_time_code(secret))
    page.get_by_role("button", name="Turn on").click()
    codes = page.locator(".app-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="Sign out").click()

    again = window(script=script)
    sign_in(again, address)
    again.get_by_role("heading", name="Your second factor").wait_for()
    again.get_by_label("Code of your authenticator app").fill(codes[0])
    again.get_by_role("button", name="Sign in", exact=True).click()
    again.get_by_role("heading", level=1).first.wait_for()
    again.goto("/account/")
    assert "Place planner" in again.content()
    assert "Off: turn it on" not in again.content()

    gone = window(script=script)
    gone.goto(link)
    assert "has been used already" in gone.content()


def test_a_security_key_is_added_and_signs_in(
    page_as: Callable[..., Any], window: Callable[..., Any]
) -> None:
    address = "key@example.org"
    link = invite(page_as("Place administrator"), address, "Viewer")
    page = window()
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    accept(page, link)
    page.goto("/account/2fa/keys/add/")
    show_again(page)
    page.get_by_label("Name of the key").fill("Blue key")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.goto("/account/2fa/keys/")
    assert "Blue key" in page.content()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/personas/")

    sign_in(page, address)
    page.get_by_role("heading", name="Your second factor").wait_for()
    page.get_by_role("button", name="Use my security key").click()
    page.wait_for_url(lambda where: "/account/" not in where)
    page.goto("/account/2fa/keys/")
    assert "not yet" not in page.content(), "it was used"
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("heading").first.wait_for()
    if page.get_by_role("heading", name="Is it you?").count():
        page.get_by_role("button", name="Use my security key").or_(
            page.get_by_role("button", name="Go on")
        ).first.wait_for()
    assert not [w for w in wrong if "Content Security Policy" in w], wrong
