"""Findings: what is wrong with a row, in plain words, with the cure."""

from __future__ import annotations

import polars as pl

#: One row a finding. `aside` says whether the row was set aside (else it was kept and is only reported);
#: `suggestion` is what may be meant, where a rule can tell; it is never applied unasked.
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64,
    "rule": pl.String,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "cure": pl.String,
    "aside": pl.Boolean,
    "suggestion": pl.String,
}

#: Shown instead of a value that identifies a person.
WITHHELD = "(withheld)"
#: How the cure of a row begins about which nothing need be done.
SETTLED = "Nothing need be done"


def counted(number: int, one: str, many: str) -> str:
    """A number and what it counts.

    >>> counted(1, "row was", "rows were"), counted(1200, "row was", "rows were")
    ('1 row was', '1,200 rows were')
    """
    return f"{number:,} {one if number == 1 else many}"


def empty() -> pl.DataFrame:
    """No findings."""
    return pl.DataFrame(schema=SCHEMA)


def findings(
    rows: pl.DataFrame, *, rule: str, column: str, reason: str, cure: str, aside: bool = True
) -> pl.DataFrame:
    """The same finding about many rows.

    Args:
        rows: ``row, value``, and ``suggestion`` where there is one.
        rule: name of the rule.
        column: heading as sent.
        reason: what is wrong.
        cure: what to do about it.
        aside: whether the rows are set aside.
    """
    if rows.is_empty():
        return empty()
    return rows.select(
        pl.col("row").cast(pl.Int64),
        pl.lit(rule).alias("rule"),
        pl.lit(column).alias("column"),
        pl.col("value").cast(pl.String),
        pl.lit(reason).alias("reason"),
        pl.lit(cure).alias("cure"),
        pl.lit(aside).alias("aside"),
        (pl.col("suggestion") if "suggestion" in rows.columns else pl.lit(None, pl.String)).alias(
            "suggestion"
        ),
    )


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Findings put together, by row."""
    kept = [p for p in parts if not p.is_empty()]
    return pl.concat(kept).sort("row", maintain_order=True) if kept else empty()


def summary(found: pl.DataFrame) -> pl.DataFrame:
    """Findings counted, commonest first.

    Args:
        found: findings.

    Returns:
        ``rule, column, value, reason, cure, aside, suggestion, rows, first_row``.
    """
    return (
        found.group_by([c for c in SCHEMA if c != "row"], maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("row").min().alias("first_row"))
        .sort("aside", "rows", "first_row", descending=[True, True, False])
    )
