"""How figures are written for people: rounded for reading, unknown said as such."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from skillmix.report.document import Style

#: What stands where a figure is unknown or may not be shown.
UNKNOWN = "not known"

#: What the words for how far a figure can be trusted mean.
CONFIDENCES = (
    "Published: an official statistic. Seen: read in the source named. Calculated: arithmetic on such. "
    "Recalled: from general knowledge, not verified. Assumed: nobody's figure."
)


def day(date: dt.date) -> str:
    """A date written out.

    >>> day(dt.date(2026, 6, 30))
    '30 June 2026'
    """
    return f"{date.day} {date:%B %Y}"


def month(date: dt.date) -> str:
    """A month written out.

    >>> month(dt.date(2031, 3, 31))
    'March 2031'
    """
    return f"{date:%B %Y}"


def whole(value: float | Decimal) -> str:
    """A number without decimals, thousands parted.

    >>> whole(17743.45)
    '17,743'
    """
    return f"{round(value):,}"


def write(value: Any, style: Style) -> str:
    """A value as a reader sees it.

    Args:
        value: the value; None is unknown.
        style: how its column is written.

    >>> write(367.952533333, "quantity"), write(None, "people"), write(0.0992, "rate")
    ('367.95', 'not known', '9.9%')
    >>> write(-0.004, "quantity"), write(None, "patients")
    ('0.00', '–')
    """
    if value is None:
        return "–" if style in ("patients", "blank") else UNKNOWN
    match style:
        case "people" | "patients":
            return f"{round(value):,}"
        case "quantity":
            return f"{value:z,.2f}"
        case "number" | "blank":
            return f"{value:z,.1f}"
        case "precise":
            return f"{float(value):z,.4g}"
        case "rate":
            return f"{float(value) * 100:z.1f}%"
        case "money":
            return f"£{round(value):,}"
        case "month":
            return f"{value:%b %Y}" if isinstance(value, dt.date) else str(value)
        case "date":
            return day(value) if isinstance(value, dt.date) else str(value)
        case _:
            return str(value)
