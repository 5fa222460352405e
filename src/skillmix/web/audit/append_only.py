"""The database itself refuses to change or remove what was recorded."""

from __future__ import annotations

from typing import Any, Final

TABLE: Final = "audit_entry"
_REFUSED: Final = "What was recorded in the audit is neither changed nor removed."

_LOCK: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_entry_no_{event.lower()} BEFORE {event} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for event in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$",
        *(
            f"CREATE TRIGGER audit_entry_no_{event.lower()} BEFORE {event} ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()"
            for event in ("UPDATE", "DELETE")
        ),
    ),
}
_TRIGGERS: Final = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' "
    "AND name IN ('audit_entry_no_update', 'audit_entry_no_delete')",
    "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass "
    "AND tgname IN ('audit_entry_no_update', 'audit_entry_no_delete') AND tgenabled IN ('O', 'A')",
}


def lock(connection: Any) -> None:
    """Make the database refuse changes of the audit."""
    with connection.cursor() as cursor:
        for statement in _LOCK[connection.vendor]:
            cursor.execute(statement)


def unlock(connection: Any) -> None:
    """Let the audit be changed: for tests, which empty every table."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for event in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS audit_entry_no_{event}{on}")


def locked(connection: Any) -> bool:
    """Whether the database refuses changes of the audit."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        return int(cursor.fetchone()[0]) == 2


def apply(apps: object, schema_editor: Any) -> None:
    """As `lock`, for a migration."""
    for statement in _LOCK[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
