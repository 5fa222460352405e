"""Release: the one way from figures to what people see.

For now suppression is primary: each figure is judged by the people that it rests on, and a headcount over
several organisations also by those who work for more than one of them. That a hidden cell cannot be worked
out from its row or column is a further step, and `Released.notes` say so where cells are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from skillmix.disclosure import overlaps, readers
from skillmix.disclosure.policy import AGE_WORDS, OPEN, PROTECTED_WORDS, Policy, Rule
from skillmix.errors import RefusedError, SkillmixError
from skillmix.measures.figures import Figures, say_once

#: The column of a released frame that names the hidden cells of its row, and why.
MARKER: Final = "suppressed"
#: The word shown on every page, chart and file that holds anything synthetic.
INVENTED: Final = "Invented"
_KEY: Final = object()


@dataclass(frozen=True, slots=True)
class Released:
    """Figures that may be shown. Only `release` makes one.

    Attributes:
        measure: name of the measure.
        dimensions: columns that name the slice.
        kinds: kind of fact of each value column.
        suppressed: the hidden cells: ``row`` (from 0), ``column, reason``.
        notes: what must be said beside the figures.
        sources: sources that the figures come from.
        synthetic: whether any figure rests on synthetic facts; then 'Invented' stands on its face.
        oldest_as_of: oldest date among the facts.
        newest_as_of: newest date among the facts.
        context: further single figures, such as the place's registered patients.
        place: name of the place.
        number: publication number.
        policy: name of the disclosure policy.
    """

    measure: str
    dimensions: tuple[str, ...]
    kinds: Mapping[str, str]
    suppressed: pl.DataFrame
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    synthetic: bool
    oldest_as_of: date | None
    newest_as_of: date | None
    context: Mapping[str, float | int | str | None]
    place: str
    number: int | None
    policy: str
    _frame: pl.DataFrame
    _key: object

    def __post_init__(self) -> None:
        """Refuse to be made by anybody but `release`."""
        if self._key is not _KEY:
            raise SkillmixError(
                "Figures were about to be shown without a disclosure policy.",
                cure="Pass them through `disclosure.release`.",
            )

    @property
    def frame(self) -> pl.DataFrame:
        """The figures; hidden cells are null, and named in the column `suppressed` where any could be.

        A copy: what is done to it changes nothing here.
        """
        return self._frame.clone()

    def rows(self) -> list[dict[str, Any]]:
        """The figures as one dictionary a row."""
        return self._frame.to_dicts()


def release(
    figures: Figures, policy: Policy | None = None, *, reader: readers.Reader | None = None
) -> Released:
    """Release figures under a policy.

    Args:
        figures: what a measure returned.
        policy: the policy; the reference list's when None.
        reader: who looks, for facts read with an aggregated scope; the folder's controller when None.

    Returns:
        The figures with every cell null that rests on fewer people than its kind of fact allows, or on an
        unknown number; rates on such counts too, and rates on a base too small to mean anything. Rows whose
        every fact is published already (``origin`` "published") are not suppressed. Value columns without a
        kind are left out.

    Raises:
        RefusedError: when a kind of fact may not be shown by organisation, or needs more years together, or
            the reader may not have the figures by these dimensions.
    """
    policy = policy or Policy.default()
    if reader is not None:
        figures = readers.seen_by(figures, reader)
    kinds = {column: _kind(kind, figures.dimensions) for column, kind in figures.kinds.items()}
    for kind in sorted(set(kinds.values())):
        _allow(figures, policy.rule(kind))
    frame = figures.frame.select(*figures.dimensions, *kinds)
    reasons = {
        column: reason
        for column, kind in kinds.items()
        if (reason := _reason(figures, column, policy.rule(kind))) is not None
    }
    if reader is not None:
        shared = overlaps.reason(figures, policy.rule("leaving").minimum)
        if shared is not None:
            before = reasons.get(overlaps.COUNT)
            reasons[overlaps.COUNT] = shared if before is None else pl.coalesce(before, shared)
    hidden = pl.concat(
        [
            pl.DataFrame(schema={"row": pl.Int64, "column": pl.String, "reason": pl.String}),
            *(
                figures.frame.select(
                    pl.int_range(pl.len(), dtype=pl.Int64).alias("row"),
                    pl.lit(column).alias("column"),
                    reason.alias("reason"),
                ).filter(pl.col("reason").is_not_null())
                for column, reason in reasons.items()
            ),
        ]
    ).sort("row", "column")
    if reasons:
        # Judge every cell by the figures as they came, then hide them all at once.
        judged = figures.frame.select(reason.alias(column) for column, reason in reasons.items())
        frame = frame.with_columns(
            pl.when(judged.get_column(column).is_null()).then(column).alias(column) for column in reasons
        )
        frame = _marked(frame, hidden)
    return Released(
        measure=figures.measure,
        dimensions=figures.dimensions,
        kinds=MappingProxyType(kinds),
        suppressed=hidden,
        notes=say_once([*_invented(figures), *figures.notes, *_said(hidden)]),
        sources=figures.sources,
        synthetic=figures.synthetic,
        oldest_as_of=figures.oldest_as_of,
        newest_as_of=figures.newest_as_of,
        context=MappingProxyType({k: v for k, v in figures.context.items() if not k.startswith("_")}),
        place=figures.place,
        number=figures.number,
        policy=policy.name,
        _frame=frame,
        _key=_KEY,
    )


def _kind(kind: str, dimensions: tuple[str, ...]) -> str:
    """The kind of a column; by sex, ethnicity or age, every count of staff is a protected or an age fact."""
    if kind in OPEN:
        return kind
    if PROTECTED_WORDS & set(dimensions):
        return "protected"
    if AGE_WORDS & set(dimensions) and kind in ("staff_in_post", "vacancy"):
        return "age"
    return kind


def _allow(figures: Figures, rule: Rule) -> None:
    what = rule.kind.replace("_", " ")
    if rule.place_only and figures.by_organisation:
        raise RefusedError(
            f"Figures of the kind '{what}' are not shown by organisation: the groups are too small.",
            cure="Ask for the place as a whole.",
        )
    if figures.years_pooled < rule.years_pooled:
        raise RefusedError(
            f"Figures of the kind '{what}' are shown for {rule.years_pooled} years together.",
            cure=f"Pool {rule.years_pooled} years; these hold {figures.years_pooled}.",
        )


def _reason(figures: Figures, column: str, rule: Rule) -> pl.Expr | None:
    """Why a cell is hidden, or null; None where no cell of the column ever is."""
    if rule.kind in OPEN:
        return None
    frame = figures.frame
    why = pl.lit(None, dtype=pl.String)
    base = figures.denominators.get(column)
    if base is not None and rule.rate_base > 1:
        too_small = pl.col(base) < rule.rate_base
        why = pl.when(too_small.fill_null(False)).then(
            pl.lit(f"a rate on a base under {rule.rate_base} is not shown")
        )
    if rule.minimum > 1:
        counts = figures.rests_on.get(column, (column,))
        few = [((pl.col(c).abs() > 0) & (pl.col(c).abs() < rule.minimum)).fill_null(False) for c in counts]
        unknown = pl.any_horizontal(pl.col(c).is_null() for c in counts)
        public = pl.lit(False)
        if "origin" in frame.columns:
            public = (pl.col("origin") == "published").fill_null(False)
        why = (
            pl.when(~public & few[0])
            .then(pl.lit(f"fewer than {rule.minimum} people"))
            .when(~public & pl.any_horizontal(few))
            .then(pl.lit(f"it would give away a count of fewer than {rule.minimum} people"))
            .when(~public & unknown)
            .then(pl.lit("the number of people is not known"))
            .otherwise(why)
        )
    elif base is None:
        return None
    # A cell that holds nothing hides nothing.
    return pl.when(pl.col(column).is_not_null()).then(why)


def _marked(frame: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    by_row = hidden.group_by("row", maintain_order=True).agg(
        pl.concat_str("column", pl.lit(": "), "reason").str.join("; ").alias(MARKER)
    )
    return (
        frame.with_row_index("row")
        .with_columns(pl.col("row").cast(pl.Int64))
        .join(by_row, on="row", how="left", maintain_order="left")
        .drop("row")
    )


def _invented(figures: Figures) -> list[str]:
    if not figures.synthetic:
        return []
    return [
        f"{INVENTED}: these figures rest on synthetic rows, in part or in whole, and what is synthetic says "
        "nothing about a real organisation."
    ]


def _said(hidden: pl.DataFrame) -> list[str]:
    if hidden.is_empty():
        return []
    return [
        f"{hidden.height} cells in {hidden.get_column('row').n_unique()} rows are not shown, each with its "
        "reason; each was judged by its own row, and other rows may still let a reader work one out."
    ]
