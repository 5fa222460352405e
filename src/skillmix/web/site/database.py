"""Row-level security: on PostgreSQL, a second lock behind the application's own.

Every table that belongs to an organisation has a policy: a row is there only when its organisation, or its
account, is among those that the connection says it acts for. Who acts for whom is set inside one transaction
for each request, and ends with it. On SQLite there is no such lock, and no transaction around a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponseBase

from skillmix.errors import PlaceError

Next = Callable[[HttpRequest], HttpResponseBase]

#: Tables that belong to an organisation: table, column of the organisation, column of the account (or None).
#: Each app's migration calls `policies` for its own.
SETTING_ORGANISATIONS, SETTING_USER = "skillmix.organisations", "skillmix.account"


def policies(
    table: str,
    organisation: str = "organisation",
    user: str | None = None,
    *,
    shared: bool = False,
    read_by_all: bool = False,
) -> list[str]:
    """The statements that put a table under row-level security, for a migration.

    Args:
        table: the table.
        organisation: its column with the organisation; an empty one means the place as a whole.
        user: its column with the account that a row is about, which always has it.
        shared: whether rows of the place as a whole are there for everybody, not only for who acts for the
            whole place (``*``).
        read_by_all: whether everybody who is signed in may read every row, and only writing needs to act for
            its organisation: for what an organisation says to all.
    """
    acting = f"current_setting('{SETTING_ORGANISATIONS}', true)"
    allowed = f"{acting} = '*' OR {organisation} = ANY (string_to_array({acting}, ','))"
    if user is not None:
        allowed += f" OR {user}::text = current_setting('{SETTING_USER}', true)"
    if shared:
        allowed += f" OR {organisation} = ''"
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY of_organisation ON {table} USING ({allowed}) WITH CHECK ({allowed})",
    ]
    if read_by_all:
        signed_in = f"coalesce(current_setting('{SETTING_USER}', true), '') <> ''"
        statements.append(f"CREATE POLICY read_by_all ON {table} FOR SELECT USING ({signed_in})")
    return statements


def protect(
    table: str,
    organisation: str = "organisation",
    user: str | None = None,
    *,
    shared: bool = False,
    read_by_all: bool = False,
) -> Callable[..., None]:
    """As `policies`, for `migrations.RunPython`; nothing where the database is not PostgreSQL."""

    def run(apps: object, schema_editor: object) -> None:
        editor = schema_editor
        if editor.connection.vendor == "postgresql":  # type: ignore[attr-defined]
            for statement in policies(table, organisation, user, shared=shared, read_by_all=read_by_all):
                editor.execute(statement)  # type: ignore[attr-defined]

    return run


def act_for(organisations: Iterable[str] | str, user: int | None = None) -> None:
    """Say for whom the transaction acts, until it ends; nothing where the database has no such lock.

    Args:
        organisations: codes, or ``*`` for the whole place.
        user: the account whose own rows it may have.
    """
    if connection.vendor != "postgresql":
        return
    listed = organisations if isinstance(organisations, str) else ",".join(sorted(organisations))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING_ORGANISATIONS, listed])
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING_USER, "" if user is None else str(user)])


@contextmanager
def service(organisations: Iterable[str] | str = "*", user: int | None = None) -> Iterator[None]:
    """A transaction that acts for the whole place: for services and jobs that have checked who asks.

    Afterwards the transaction around it, if there is one, acts for whom it acted before.
    """
    with transaction.atomic():
        before: tuple[str, str] | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT current_setting(%s, true), current_setting(%s, true)",
                    [SETTING_ORGANISATIONS, SETTING_USER],
                )
                before = cursor.fetchone()
        act_for(organisations, user)
        yield
        if before is not None:
            act_for(before[0] or "", int(before[1]) if before[1] else None)


def refuse_superuser(web: BaseDatabaseWrapper) -> None:
    """Refuse an account of PostgreSQL that row-level security does not hold.

    Raises:
        PlaceError: when it is a superuser, or may pass row-level security by.
    """
    if web.vendor != "postgresql":
        return
    with web.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    if row is None or row[0]:
        raise PlaceError(
            "The database's account is not held by row-level security.",
            cure="Give DATABASE_URL an account that is no superuser and has no BYPASSRLS, and name the owner "
            "of the tables in DATABASE_OWNER_URL.",
        )


def grant_to(owner: BaseDatabaseWrapper, role: str) -> None:
    """Give the web's account what it needs, and nothing that it could loosen a policy with."""
    name = owner.ops.quote_name(role)
    with owner.cursor() as cursor:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE "
            f"ON TABLES TO {name}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name}",
        ):
            cursor.execute(statement)


class RowSecurity:
    """On PostgreSQL, one transaction a request, which at first has the account's own rows alone."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on, inside a transaction where the database is PostgreSQL."""
        if connection.vendor != "postgresql":
            return self.get_response(request)
        user = request.user.pk if request.user.is_authenticated else None
        with service("", user):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response
