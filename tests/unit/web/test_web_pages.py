"""Every page of figures is drawn for a member, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from skillmix.place import Place

pytestmark = pytest.mark.database


def test_a_member_sees_the_grid_with_its_downloads(client_as: Callable[..., Any]) -> None:
    client = client_as("place_planner")
    page = client.get("/north/grid/").content.decode()
    assert "Physiotherapist" in page
    assert "/north/panels/grid.csv" in page
    answer = client.get("/north/panels/grid.csv")
    assert answer.status_code == 200
    assert answer.content.decode("utf-8-sig").startswith("Profession,")


def test_who_is_not_signed_in_is_asked_to(north: Place, db: None) -> None:
    answer = Client(headers={"host": "localhost"}).get("/north/grid/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_who_is_no_member_is_not_told_that_the_place_exists(
    north: Place, account: Callable[..., Any]
) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(
        account("place_planner", place="south"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get("/north/grid/").status_code == client.get("/nowhere/grid/").status_code == 404


def test_no_inline_script_or_style_is_allowed(client_as: Callable[..., Any]) -> None:
    answer = client_as("viewer").get("/north/grid/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    page = answer.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert "onclick=" not in page
