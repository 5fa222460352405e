"""Logs: one JSON object a line, of fields on an allow-list; never a value of a row or a query string."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from typing import Any

#: Fields that a line may carry beside time, level, name and event.
FIELDS = ("request_id", "job_id", "method", "route", "status", "place", "attempt", "state", "seconds", "kind")


class Json(logging.Formatter):
    """A record as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
            "event": record.msg if isinstance(record.msg, str) and not record.args else record.name,
        }
        line |= {f: getattr(record, f) for f in FIELDS if getattr(record, f, None) is not None}
        if record.exc_info and record.exc_info[1] is not None:
            kind, _, trace = record.exc_info
            # Where it happened and of what kind, not its message: that may quote a value.
            line["kind"] = getattr(kind, "__name__", "")
            line["trace"] = [
                f"{f.name} {f.lineno} {f.filename.rsplit('/', 1)[-1]}" for f in traceback.extract_tb(trace)
            ][-12:]
        return json.dumps(line, ensure_ascii=False)


def configure(_: dict[str, Any]) -> None:
    """Send everything to stderr as JSON; requests of Django itself are told by our own line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json())
    root = logging.getLogger("skillmix")
    root.handlers, root.propagate = [handler], False
    root.setLevel(logging.WARNING if sys.stderr.isatty() else logging.INFO)
    for name in ("django", "django_tasks", "django_tasks_db", "gunicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(logging.ERROR)
