"""Twelve months of Aldmoor's ledgers: what was budgeted, contracted, worked and paid."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from skillmix.demonstration.aldmoor_city.facts import as_facts, pay, quantity
from skillmix.demonstration.aldmoor_city.figures import LEVELS, Assumptions
from skillmix.demonstration.aldmoor_city.posts import LINE, POST_DATES, cost_centre

#: The months of the ledger, by their first day.
MONTHS = tuple(dt.date(2025 + (6 + n) // 12, (6 + n) % 12 + 1, 1) for n in range(12))


def last_day(month: dt.date) -> dt.date:
    """The last day of a month."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def unexplained(given: Assumptions, size: float) -> dict[tuple[str, str], int]:
    """What the ledger of Aldmoor Hospitals budgets beyond its establishment: tenths of an FTE by line."""
    lines = {}
    for name, fte in given.starting("ledger_difference").items():
        profession, level = name.split(">")
        lines[profession, level] = int(np.sign(fte)) * max(1, round(abs(fte) * 10 * size))
    return lines


def _contracted(assignments: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """FTE contracted on a day, in hundredths, on a straight line between the snapshots around it."""
    dates = sorted(assignments.get_column("as_of").unique().to_list())
    before = max(d for d in dates if d <= on)
    after = min((d for d in dates if d >= on), default=before)
    weight = 0.0 if after == before else (on - before).days / (after - before).days

    def at(date: dt.date, name: str) -> pl.DataFrame:
        rows = assignments.filter((pl.col("as_of") == date) & pl.col("person_key").is_not_null())
        return rows.group_by(*LINE).agg((pl.col("fte") * 100).cast(pl.Int64).sum().alias(name))

    both = at(before, "first").join(at(after, "last"), on=LINE, how="full", coalesce=True, nulls_equal=True)
    value = pl.col("first").fill_null(0) * (1 - weight) + pl.col("last").fill_null(0) * weight
    return both.select(*LINE, contracted=value.round().cast(pl.Int64))


def ledger(
    truth: pl.DataFrame, given: Assumptions, seed: int, size: float, assignments: pl.DataFrame
) -> pl.DataFrame:
    """The ledger lines of trusts, council and networks.

    Contracted FTE at a quarter-end is that in post, to the hundredth; the budget is what was truly funded,
    apart from the lines that are planted. Bank and agency fill part of what is vacant, more in winter.

    Args:
        truth: what `posts.funded` returns.
        given: the assumptions.
        seed: the seed of the city.
        size: the size of the city.
        assignments: the rows of every snapshot.
    """
    rng = np.random.default_rng([seed, 6])
    senders = truth.get_column("organisation").unique().to_list()
    ours = assignments.filter(pl.col("organisation").is_in(senders))
    frames = []
    for month in MONTHS:
        on = last_day(month)
        budget = truth.filter(pl.col("as_of") == max(d for d in POST_DATES if d <= on)).select(
            *LINE, budgeted=pl.col("tenths") * 10
        )
        lines = budget.join(
            _contracted(ours, on), on=LINE, how="full", coalesce=True, nulls_equal=True
        ).with_columns(pl.col("budgeted", "contracted").fill_null(0))
        for (profession, level), tenths in unexplained(given, size).items():
            chosen = (
                (pl.col("organisation") == "ALD-01")
                & (pl.col("profession") == profession)
                & (pl.col("level") == level)
            )
            lines = lines.with_columns(
                budgeted=pl.when(chosen).then(pl.col("budgeted") + tenths * 10).otherwise(pl.col("budgeted"))
            )
        lines = lines.sort(*LINE)
        worth = {LEVELS[n]: value for n, value in pay(on, given).items()}
        frames.extend(_month(lines, on, worth, given, rng))
    frame = pl.concat(frames).sort("as_of", "organisation", "role", "level", "staff_kind")
    return as_facts(
        frame.select(
            "organisation",
            "as_of",
            cost_centre=cost_centre(),
            subjective=pl.lit("PAY-") + pl.col("staff_kind").str.to_uppercase(),
            staff_kind="staff_kind",
            profession="profession",
            role="role",
            staff_group="staff_group",
            level="level",
            fte_budgeted=quantity(pl.col("budgeted")),
            fte_contracted=quantity(pl.col("contracted")),
            fte_paid=quantity(pl.col("paid")),
            cost=quantity(pl.col("cost")),
            cost_budgeted=quantity(pl.col("cost_budgeted")),
        )
    )


def _month(
    lines: pl.DataFrame, on: dt.date, worth: dict[str, int], given: Assumptions, rng: np.random.Generator
) -> list[pl.DataFrame]:
    """The substantive, bank and agency lines of a month; money in pence, FTE in hundredths."""
    winter = given["temporary.winter" if on.month in (11, 12, 1, 2) else "temporary.rest_of_year"]
    monthly = (
        pl.col("level").replace_strict(worth, default=None, return_dtype=pl.Float64)
        / 12
        * (1 + given["on_costs.rate"])
    )
    paid = (lines.get_column("contracted") * pl.Series(rng.normal(0.997, 0.006, len(lines)))).round()
    substantive = lines.with_columns(
        as_of=pl.lit(on), staff_kind=pl.lit("substantive"), paid=paid.cast(pl.Int64)
    ).with_columns(
        cost=(pl.col("paid") * monthly).round().cast(pl.Int64),
        cost_budgeted=(pl.col("budgeted") * monthly).round().cast(pl.Int64),
    )
    clinical = pl.col("registered") | pl.col("profession").str.starts_with("support_")
    short = lines.filter(clinical & (pl.col("budgeted") - pl.col("contracted") >= 30))
    made = [substantive]
    for kind, share, dearer in (
        ("bank", given["temporary.bank_share"], 1.0),
        ("agency", given["temporary.agency_share"], given["temporary.agency_premium"]),
    ):
        used = pl.Series(rng.uniform(0.5, 1.5, len(short)) * share * winter)
        made.append(
            short.with_columns(
                as_of=pl.lit(on),
                staff_kind=pl.lit(kind),
                paid=((pl.col("budgeted") - pl.col("contracted")) * used).round().cast(pl.Int64),
                budgeted=pl.lit(0, dtype=pl.Int64),
                contracted=pl.lit(0, dtype=pl.Int64),
                cost_budgeted=pl.lit(0, dtype=pl.Int64),
            )
            .with_columns(cost=(pl.col("paid") * monthly * dearer).round().cast(pl.Int64))
            .filter(pl.col("paid") > 0)
            .select(substantive.columns)
        )
    return made
