"""Walking the pages as a visitor would: to every address that links lead to, one page of each kind."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

#: Addresses that are no pages, or that end the visit.
_LEFT_OUT = frozenset(
    {"panel", "account_logout", "submit_template", "audit_file", "submission_set_aside", "api_description"}
    | {"mfa_download_recovery_codes", "totp_picture", "healthz", "readyz"}
)


def route_of(address: str) -> str | None:
    """The name of an address; None for what is no page of ours."""
    path = urlsplit(address).path
    try:
        match = resolve(path)
    except Resolver404:
        return None
    name = match.view_name or match.route
    return None if name in _LEFT_OUT or path.startswith("/api/") else name


def walk(
    page: Any, address: str, start: str = "/", most: int = 60, known: Collection[str] = ()
) -> Iterator[tuple[str, Any]]:
    """Go from link to link, to one page of each name; yields the name with the page open.

    Args:
        page: a page of a browser.
        address: the server's address.
        start: where to begin.
        most: as many pages at most.
        known: names that need not be gone to again; the first page is, whatever its name.
    """
    waiting, seen = [start], set(known)
    gone = 0
    while waiting and gone < most:
        path = waiting.pop(0)
        name = route_of(address + path)
        if name is None or (name in seen and path != start):
            continue
        answer = page.goto(address + path)
        if answer is None:
            continue
        name = route_of(page.url) or name
        if name in seen and gone:
            continue
        seen.add(name)
        gone += 1
        yield name, page
        for href in page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            if href.startswith(address + "/"):
                waiting.append(href.removeprefix(address).split("#")[0])
