"""Memberships: changed and ended by administrators, never one's own upwards, never the last administrator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from skillmix.errors import RefusedError
from skillmix.web.people import services
from skillmix.web.people.models import Membership, User

pytestmark = pytest.mark.database


def of(client: Any) -> Membership:
    found: Membership = client.user.memberships.get()
    return found


def change(client: Any, membership: Membership, **given: str) -> Any:
    form = {"role": membership.role, "organisation": membership.organisation, "family": membership.family}
    return client.post(f"/north/people/{membership.pk}/", {**form, **given})


def test_the_page_shows_members_by_role(client_as: Callable[..., Any]) -> None:
    client_as("organisation_lead", "NT1")
    page = client_as("place_administrator").get("/north/people/").content.decode()
    assert page.index("Place administrator</h2>") < page.index("Organisation workforce lead</h2>")
    assert "North General Hospitals" in page
    assert "2 of them sign in without a second factor" in page


def test_a_role_is_changed_and_the_audit_has_before_and_after(client_as: Callable[..., Any]) -> None:
    administrator, member = client_as("place_administrator"), client_as("organisation_lead", "NT1")
    assert change(administrator, of(member), role="organisation_analyst").status_code == 302
    assert of(member).role == "organisation_analyst"
    entry = LogEntry.objects.get_for_object(of(member)).first()
    assert entry.changes_dict["role"] == ["organisation_lead", "organisation_analyst"]
    assert entry.actor == administrator.user


def test_a_membership_ends_at_once(client_as: Callable[..., Any]) -> None:
    administrator, member = client_as("place_administrator"), client_as("viewer")
    assert member.get("/north/grid/").status_code == 200
    assert administrator.post(f"/north/people/{of(member).pk}/end/").status_code == 302
    assert member.get("/north/grid/").status_code == 404


def test_a_membership_ends_with_its_last_day(client_as: Callable[..., Any]) -> None:
    administrator, member = client_as("place_administrator"), client_as("viewer")
    today = timezone.localdate()
    assert change(administrator, of(member), ends=today.isoformat()).status_code == 302
    assert member.get("/north/grid/").status_code == 200
    Membership.objects.filter(user=member.user).update(
        starts=today - dt.timedelta(days=2), ends=today - dt.timedelta(days=1)
    )
    assert member.get("/north/grid/").status_code == 404


def test_the_last_administrator_is_not_ended_nor_made_anything_else(client_as: Callable[..., Any]) -> None:
    only = client_as("place_administrator")
    assert only.post(f"/north/people/{of(only).pk}/end/").status_code == 422
    second = services.make_administrator(["north"], "second@example.org", "nine-quiet-harbours")
    other = second.memberships.get()
    services.end(other, by=only.user)
    with pytest.raises(RefusedError, match="last administrator"):
        services.end(of(only), by=second)
    with pytest.raises(RefusedError, match="last administrator"):
        services.change(of(only), by=second, role="viewer")
    with pytest.raises(RefusedError, match="last administrator"):
        services.change(of(only), by=second, role="place_administrator", ends=timezone.localdate())


def test_an_administrator_with_a_last_day_does_not_count_as_one_that_stays(
    client_as: Callable[..., Any],
) -> None:
    only = client_as("place_administrator")
    second = services.make_administrator(["north"], "second@example.org", "nine-quiet-harbours")
    services.change(
        second.memberships.get(), by=only.user, role="place_administrator", ends=timezone.localdate()
    )
    with pytest.raises(RefusedError, match="last administrator"):
        services.end(of(only), by=second)


def test_ones_own_membership_is_not_changed(client_as: Callable[..., Any]) -> None:
    administrator = client_as("place_administrator")
    services.make_administrator(["north"], "second@example.org", "nine-quiet-harbours")
    page = change(administrator, of(administrator), role="place_planner").content.decode()
    assert "Nobody changes their own role." in page
    assert of(administrator).role == "place_administrator"


@pytest.mark.parametrize("role", ["place_planner", "viewer", "system_lead"])
def test_nobody_else_looks_after_people(role: str, client_as: Callable[..., Any]) -> None:
    administrator, other = client_as("place_administrator"), client_as(role)
    number = of(administrator).pk
    for method, path in [
        ("get", "people/"),
        ("get", "people/invite/"),
        ("get", f"people/{number}/"),
        ("post", f"people/{number}/end/"),
        ("post", f"people/{number}/close/"),
        ("post", f"people/{number}/password/"),
    ]:
        assert getattr(other, method)(f"/north/{path}").status_code == 403, path


def test_a_membership_of_another_place_is_not_found_here(
    client_as: Callable[..., Any], account: Callable[..., Any]
) -> None:
    administrator = client_as("place_administrator")
    elsewhere = account("viewer", place="south").memberships.get()
    assert administrator.get(f"/north/people/{elsewhere.pk}/").status_code == 404
    assert administrator.post(f"/north/people/{elsewhere.pk}/end/").status_code == 404


def test_a_closed_account_is_out_at_once(client_as: Callable[..., Any]) -> None:
    administrator, member = client_as("place_administrator"), client_as("viewer")
    assert administrator.post(f"/north/people/{of(member).pk}/close/").status_code == 302
    assert member.get("/north/grid/").status_code == 302
    assert not User.objects.get(pk=member.user.pk).is_active


def test_an_account_of_another_place_is_neither_closed_nor_given_a_password(
    client_as: Callable[..., Any], account: Callable[..., Any]
) -> None:
    administrator, member = client_as("place_administrator"), client_as("viewer")
    number = of(member).pk
    account("viewer", place="south")
    assert administrator.post(f"/north/people/{number}/close/").status_code == 422
    assert administrator.post(f"/north/people/{number}/password/").status_code == 422
    assert User.objects.get(pk=member.user.pk).is_active


def test_an_administrators_link_sets_a_new_password(client_as: Callable[..., Any]) -> None:
    import re

    from django.test import Client

    administrator, member = client_as("place_administrator"), client_as("viewer")
    page = administrator.post(f"/north/people/{of(member).pk}/password/").content.decode()
    link = re.search(r"http://localhost(/account/password/reset/key/[^<]+)", page)
    assert link is not None
    anybody = Client(headers={"host": "localhost"})
    form = anybody.get(link.group(1), follow=True)
    new = {"password1": "nine-quiet-harbours", "password2": "nine-quiet-harbours"}
    assert anybody.post(form.redirect_chain[-1][0], new).status_code == 302
    given = {"login": member.user.email, "password": "nine-quiet-harbours"}
    assert anybody.post("/account/login/", given).status_code == 302
    assert Client(headers={"host": "localhost"}).get(link.group(1), follow=True).status_code == 200


def test_my_account_tells_what_each_role_may_do(client_as: Callable[..., Any]) -> None:
    lead = client_as("organisation_lead", "NT1")
    page = lead.get("/account/").content.decode()
    assert "Organisation workforce lead: North General Hospitals" in page
    assert "Publish and withdraw" in page
    assert lead.post("/account/", {"name": "Lead of workforce"}).status_code == 302
    assert User.objects.get(pk=lead.user.pk).name == "Lead of workforce"


def test_my_downloads_are_mine(client_as: Callable[..., Any]) -> None:
    mine, other = client_as("place_planner"), client_as("viewer")
    assert "nothing yet" in mine.get("/account/downloads/").content.decode()
    assert mine.get("/north/panels/grid.csv").status_code == 200
    assert "grid.csv" in mine.get("/account/downloads/").content.decode()
    assert "grid.csv" not in other.get("/account/downloads/").content.decode()
