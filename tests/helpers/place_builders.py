from __future__ import annotations

import datetime as dt

import polars as pl

from skillmix.place import Draft


def stock(
    organisation: str = "TRUST1", period: str = "2026-06", fte: tuple[float, ...] = (1.5, 2.25)
) -> pl.DataFrame:
    """Totals of one organisation, a row a staff group."""
    year, month = (int(x) for x in period.split("-"))
    return pl.DataFrame(
        {
            "row": [*range(1, len(fte) + 1)],
            "organisation": [organisation] * len(fte),
            "period": [period] * len(fte),
            "as_of": [dt.date(year, month, 28)] * len(fte),
            "grain": ["organisation,staff_group"] * len(fte),
            "fte": [*fte],
            "share_place": [1] * len(fte),
            "share_basis": ["site"] * len(fte),
        }
    )


def draft(source: str = "totals", **changes: object) -> Draft:
    values: dict[str, object] = {"source": source, "sha256": "0" * 64, "origin": "published"}
    values.update(changes)
    return Draft(**values)  # type: ignore[arg-type]
