"""Clients that ask the API by a personal token."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.test import Client


def token_of(user: Any, place: str = "north", **given: Any) -> str:
    """A new token of an account, with every ability that it may have."""
    from skillmix.web.api import tokens
    from skillmix.web.site.database import service

    with service():
        able = tokens.places_of(user)[place].abilities
        wanted = given.pop("abilities", [a for a in tokens.ABILITIES if a in able])
        name = given.pop("name", f"test {len(user.tokens.all())}")
        return tokens.make(user, place, name, wanted, **given)[1]


def by_token(secret: str) -> Client:
    """A client that sends a token and no cookie."""
    return Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """Rows of a JSON answer."""
    assert answer.status_code == 200, answer.content
    return list(answer.json()["rows"])


def csv_rows(answer: Any) -> list[dict[str, str]]:
    """Rows of a CSV answer, each value as text."""
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
