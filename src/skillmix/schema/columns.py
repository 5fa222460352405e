"""How a column is declared: once, with everything that others need to know about it.

Documentation, validation, upload templates and synthetic data all read these declarations. Codes are
strings that `reference/` checks by date; quantities that are added are ``Decimal(18, 9)``, so that a sum
is the same in any order of rows.
"""

from __future__ import annotations

from typing import Any

import dataframely as dy

#: Digits in all and after the point of every quantity that is added: FTE, hours, money, shares.
QUANTITY_PRECISION, QUANTITY_SCALE = 18, 9


def _about(unit: str | None, allowed: str | None, sources: dict[str, str]) -> dict[str, Any]:
    return {"unit": unit, "allowed": allowed, "sources": sources}


def code(
    description: str, *, allowed: str | None = None, nullable: bool = True, key: bool = False, **sources: str
) -> dy.String:
    """A code: a string, whose list (a name in `reference/`) is in `allowed`.

    Args:
        description: what the code says, in a planner's words.
        allowed: name of the reference list, or the codes themselves parted by ``|``.
        nullable: whether unknown is allowed (missing is not zero).
        key: whether it belongs to the row's key.
        sources: the source field by source, such as ``esr="Staff Group"``.
    """
    return dy.String(
        nullable=nullable and not key,
        primary_key=key,
        description=description,
        metadata=_about(None, allowed, sources),
    )


def text(description: str, *, nullable: bool = True, **sources: str) -> dy.String:
    """Words as they were sent: never an identifier, a name or a birth date."""
    return dy.String(nullable=nullable, description=description, metadata=_about(None, None, sources))


def quantity(
    description: str, unit: str, *, nullable: bool = True, signed: bool = False, **sources: str
) -> dy.Decimal:
    """A quantity that is added: FTE, hours, pounds, a share. Stored exactly, to nine places."""
    return dy.Decimal(
        QUANTITY_PRECISION,
        QUANTITY_SCALE,
        nullable=nullable,
        min=None if signed else 0,
        description=description,
        metadata=_about(unit, None, sources),
    )


def count(
    description: str, unit: str, *, nullable: bool = True, key: bool = False, **sources: str
) -> dy.Int64:
    """A whole number of people, lines, posts or days; null where unknown, zero where none."""
    return dy.Int64(
        nullable=nullable and not key,
        primary_key=key,
        min=0,
        description=description,
        metadata=_about(unit, None, sources),
    )


def date(description: str, *, nullable: bool = True, **sources: str) -> dy.Date:
    """A date without time."""
    return dy.Date(nullable=nullable, description=description, metadata=_about("date", None, sources))


def moment(description: str, *, nullable: bool = True) -> dy.Datetime:
    """A moment, stored in UTC."""
    return dy.Datetime(
        nullable=nullable,
        time_unit="us",
        time_zone="UTC",
        description=description,
        metadata=_about("UTC", None, {}),
    )


def flag(description: str, *, nullable: bool = True, **sources: str) -> dy.Bool:
    """Yes, no, or unknown."""
    return dy.Bool(nullable=nullable, description=description, metadata=_about(None, "true|false", sources))


class Fact(dy.Schema):
    """What every fact carries: which submission sent it, which row it was, whom and when it is about.

    The key of a fact is (submission, row): published rows have exact duplicates, and both count.
    """

    submission = code("The submission that sent the row.", key=True)
    row = count("Number of the row in what was sent; the header of a plain table is row 1.", "row", key=True)
    organisation = code(
        "The organisation reported on (the network for NWRS); with source and period the key of replacement.",
        allowed="organisation",
        nullable=False,
    )
    period = code("Month that the row is about, as YYYY-MM; the lake is partitioned by it.", nullable=False)
    as_of = date("The date at which the row is true, or on which its period ends.", nullable=False)
    origin = code(
        "Published by a statistics publisher, sent by a partner, or synthetic (shown as 'Invented').",
        allowed="published|sent|synthetic",
        nullable=False,
    )
