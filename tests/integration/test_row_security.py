"""The second lock: on PostgreSQL, a row of an organisation is there for that organisation alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from skillmix.web.people.models import Invitation, Membership
from skillmix.web.site.database import grant_to

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

#: Tables with a column `organisation` that belong to nobody's organisation, each with why.
APART: dict[str, str] = {}


@pytest.fixture
def web_role(transactional_db: None) -> Iterator[Any]:
    """A connection of the web's own account, to the test database."""
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's: this run is on SQLite")
    import psycopg
    from dj_database_url import parse

    parts = parse(os.environ["WEB_DATABASE_URL"])
    grant_to(connection, str(parts["USER"]))
    with psycopg.connect(
        host=parts["HOST"], port=parts["PORT"], user=parts["USER"], dbname=connection.settings_dict["NAME"]
    ) as opened:
        yield opened


def _organisation_tables() -> list[str]:
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("skillmix.")
        and any(f.name == "organisation" for f in model._meta.fields)
    )


def test_every_table_of_an_organisation_is_locked(web_role: Any) -> None:
    with web_role.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        locked = {row[0] for row in cursor.fetchall()}
    assert [t for t in _organisation_tables() if t not in locked and t not in APART] == []


def test_rows_of_others_are_not_there(web_role: Any, account: Callable[..., Any]) -> None:
    account("organisation_lead", "NT1")
    account("organisation_lead", "NT2")

    def seen(organisations: str) -> list[str]:
        with web_role.transaction(), web_role.cursor() as cursor:
            cursor.execute("SELECT set_config('skillmix.organisations', %s, true)", [organisations])
            cursor.execute("SELECT organisation FROM people_membership ORDER BY 1")
            return [row[0] for row in cursor.fetchall()]

    assert seen("NT1") == ["NT1"]
    assert seen("NT1,NT2") == ["NT1", "NT2"]
    assert seen("*") == ["NT1", "NT2"]
    assert seen("") == []


def test_rows_of_others_cannot_be_written(web_role: Any, account: Callable[..., Any]) -> None:
    import psycopg

    user = account("organisation_lead", "NT1")

    def insert() -> None:
        with web_role.transaction(), web_role.cursor() as cursor:
            cursor.execute("SELECT set_config('skillmix.organisations', 'NT1', true)")
            cursor.execute(
                "INSERT INTO people_membership (place, user_id, role, organisation, family, starts) "
                "VALUES ('north', %s, 'organisation_lead', 'NT2', '', now())",
                [user.pk],
            )

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        insert()
    assert not Membership.objects.filter(organisation="NT2").exists()
    assert not Invitation.objects.exists()


def test_the_webs_account_cannot_open_the_lock(web_role: Any) -> None:
    import psycopg

    with pytest.raises(psycopg.errors.InsufficientPrivilege), web_role.cursor() as cursor:
        cursor.execute("ALTER TABLE people_membership DISABLE ROW LEVEL SECURITY")
    web_role.rollback()


def test_a_new_transaction_acts_for_nobody(web_role: Any, account: Callable[..., Any]) -> None:
    account("organisation_lead", "NT1")
    with web_role.transaction(), web_role.cursor() as cursor:
        cursor.execute("SELECT set_config('skillmix.organisations', '*', true)")
    with web_role.transaction(), web_role.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_membership")
        assert cursor.fetchone()[0] == 0
