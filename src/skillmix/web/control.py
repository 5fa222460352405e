"""The control database as part of a place's backup: taken, put back, and cleared of what was purged.

The dump is plain JSON, one object a row, in an order in which it can be put back; it holds on SQLite and on
PostgreSQL alike. Sessions, caches and the queue's own records are left out: nobody is signed in after a
restore, and a job that was waiting is started again from its own record.
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import uuid
from pathlib import Path
from typing import Any

from skillmix.errors import InputError, Where

#: Apps whose rows are not part of a place.
_APART = frozenset({"sessions", "contenttypes", "django_tasks_db", "usersessions", "admin"})
FORMAT = 1


def _prepared(place: Path) -> None:
    from skillmix.web.site.setup import prepare

    prepare([place])


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(type(value).__name__)


def _models() -> list[Any]:
    from django.apps import apps
    from django.core.serializers import sort_dependencies

    kept = [(c, None) for c in apps.get_app_configs() if c.label not in _APART]
    return sort_dependencies(kept)


def dump(place: Path) -> bytes | None:
    """Every account, membership, comment, upload and record of the audit, as JSON.

    Args:
        place: the place folder.

    Returns:
        The dump; None where the database has no table yet.
    """
    _prepared(place)
    from django.core import serializers
    from django.db import connection

    from skillmix.web.site.database import service

    if "people_user" not in connection.introspection.table_names():
        return None
    rows: list[Any] = []
    with service():
        for model in _models():
            # A content type has another number in another database: its rows name it by its words.
            rows += serializers.serialize(
                "python", model._default_manager.order_by("pk"), use_natural_foreign_keys=True
            )
    connection.close()
    content = {"format": FORMAT, "rows": rows}
    return json.dumps(content, default=_plain, ensure_ascii=False).encode()


def load(place: Path, content: bytes) -> None:
    """Put a dump into an empty database.

    Args:
        place: the place folder, which may still be under a passing name.
        content: what `dump` returned.

    Raises:
        InputError: when it is no dump, or the database holds accounts already.
    """
    try:
        document = json.loads(content)
        rows = document["rows"]
    except (ValueError, KeyError, TypeError):
        raise InputError(
            "The backup's database cannot be read.",
            cure="Use another backup: this one is damaged.",
            where=[Where(file="control")],
        ) from None
    if document.get("format") != FORMAT:
        raise InputError(
            "The backup's database is of another version.",
            cure="Restore it with the version of Skillmix that wrote it, then upgrade.",
            where=[Where(file="control", value=str(document.get("format")))],
        )
    _prepared(place)
    from django.core import serializers
    from django.core.management.color import no_style
    from django.db import connection

    from skillmix.web.audit import anchor
    from skillmix.web.people.models import User
    from skillmix.web.site.database import service
    from skillmix.web.site.setup import migrate

    migrate()
    with service():
        if User.objects.exists():
            raise InputError(
                "The database holds accounts already: a backup is put into an empty one.",
                cure="Name an empty database in DATABASE_URL, or take it out to use SQLite.",
            )
        with connection.constraint_checks_disabled():
            for one in serializers.deserialize("python", rows):
                one.save()
        connection.check_constraints()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(statement)
        anchor.write()
    connection.close()


def purge(place: Path, *, submissions: list[str], organisations: list[str]) -> None:
    """Clear what the workflow still says of submissions that were purged; safe to run again.

    Args:
        place: the place folder.
        submissions: submissions of which nothing is left.
        organisations: organisations reported on in what was purged; the workflow keeps nothing by them alone.
    """
    _prepared(place)
    from django.db import connection

    from skillmix.web.site.database import service
    from skillmix.web.submissions.clearing import forget

    if "people_user" in connection.introspection.table_names():
        with service():
            forget(place, submissions)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # What was deleted is overwritten, not only unlinked.
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
