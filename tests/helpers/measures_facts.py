"""Facts for tests of measures: small frames in the declared form, without a place folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl

from skillmix.schema import FACTS

Row = dict[str, Any]

_DEFAULTS: Row = {"share_place": 1, "share_basis": "site", "origin": "sent", "source": "test"}


@dataclass
class FakeFacts:
    """What `place.Facts` gives, from rows written in the test."""

    tables: dict[str, list[Row]]
    partners: list[Row]
    areas: tuple[str, ...] = ()
    number: int = 1
    place: Any = field(init=False)

    def __post_init__(self) -> None:
        self.place = SimpleNamespace(name="Testfield", code="99X", areas=self.areas, path=None)

    @property
    def organisations(self) -> pl.DataFrame:
        columns = ["organisation", "organisation_name", "sector", "kind", "parent"]
        return pl.DataFrame(
            [{c: p.get(c) for c in columns} for p in self.partners],
            schema=dict.fromkeys(columns, pl.String),
        )

    def table(self, name: str) -> pl.LazyFrame:
        declared = {
            n: c.dtype.to_polars() if hasattr(c.dtype, "to_polars") else c.dtype
            for n, c in FACTS[name].columns().items()
        }
        further = {"source": pl.String, "edition": pl.String, "person": pl.String}
        rows = []
        for number, row in enumerate(self.tables.get(name, []), start=2):
            row = {"submission": "s", "row": number, "as_of": date(2026, 6, 30), **_DEFAULTS, **row}
            row.setdefault("period", f"{row['as_of']:%Y-%m}")
            rows.append({c: row.get(c) for c in (*declared, *further)})
        schema = {**declared, **further}
        frame = pl.DataFrame(
            rows, schema={c: t if not t.is_decimal() else pl.Float64 for c, t in schema.items()}, strict=False
        )
        return frame.cast({c: t for c, t in schema.items() if t.is_decimal()}).lazy()
