"""The list of tables, and the data dictionary that documentation and templates are printed from."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from skillmix.errors import SkillmixError
from skillmix.schema.intended import Booking, Placement, Planned
from skillmix.schema.keepers import PersonLink, Publication, Purge, Submission, SubmissionAgreement
from skillmix.schema.totals import (
    Absence,
    Flow,
    Ledger,
    Organisation,
    Population,
    Recruitment,
    Stock,
    Vacancy,
)
from skillmix.schema.workforce import Assignment, Learner, Movement, Post

#: Tables of facts, partitioned by period.
FACTS: dict[str, type[dy.Schema]] = {
    "organisation": Organisation,
    "assignment": Assignment,
    "post": Post,
    "movement": Movement,
    "learner": Learner,
    "placement": Placement,
    "stock": Stock,
    "flow": Flow,
    "vacancy": Vacancy,
    "recruitment": Recruitment,
    "planned": Planned,
    "booking": Booking,
    "ledger": Ledger,
    "absence": Absence,
    "population": Population,
}

#: Tables that tie the facts together.
KEEPERS: dict[str, type[dy.Schema]] = {
    "submission": Submission,
    "publication": Publication,
    "person_link": PersonLink,
    "submission_agreement": SubmissionAgreement,
    "purge": Purge,
}

TABLES: dict[str, type[dy.Schema]] = {**FACTS, **KEEPERS}


def table(name: str) -> type[dy.Schema]:
    """The declaration of a table.

    Raises:
        SkillmixError: when there is no table of that name.
    """
    try:
        return TABLES[name]
    except KeyError:
        raise SkillmixError(
            f"There is no table {name!r}.", cure=f"Choose one of {', '.join(TABLES)}."
        ) from None


def dictionary(name: str) -> pl.DataFrame:
    """The data dictionary of a table.

    Args:
        name: a table of `TABLES`.

    Returns:
        One row a column: ``column, type, unit, allowed, nullable, key, description, sources``; `sources`
        names the field by source, such as ``esr: Staff Group``.

    >>> dictionary("absence").filter(pl.col("column") == "days_lost").get_column("unit").item()
    'FTE days'
    """
    rows = []
    for column, declared in table(name).columns().items():
        about = declared.metadata or {}
        rows.append(
            {
                "column": column,
                "type": str(declared.dtype),
                "unit": about.get("unit"),
                "allowed": about.get("allowed"),
                "nullable": declared.nullable,
                "key": declared.primary_key,
                "description": declared.description,
                "sources": "; ".join(f"{s}: {f}" for s, f in about.get("sources", {}).items()) or None,
            }
        )
    return pl.DataFrame(
        rows,
        schema={
            "column": pl.String,
            "type": pl.String,
            "unit": pl.String,
            "allowed": pl.String,
            "nullable": pl.Boolean,
            "key": pl.Boolean,
            "description": pl.String,
            "sources": pl.String,
        },
    )
