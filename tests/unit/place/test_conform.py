"""Nothing changes by being stored: a lossy cast is refused, and the lake stays as it was."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from place_builders import draft, stock

from skillmix.errors import LossyCastError, PlaceError
from skillmix.place import Place
from skillmix.place.lake import conform

pytestmark = pytest.mark.unit


def ready(**columns: object) -> pl.DataFrame:
    frame = stock(fte=(1.0,)).with_columns(
        pl.lit("s").alias("submission"), pl.lit("published").alias("origin")
    )
    return frame.with_columns(**{k: pl.Series([v]) for k, v in columns.items()})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("headcount", 2.5),
        ("fte", 0.12345678901),
        ("fte", float("nan")),
        ("fte", "1.5"),
        ("as_of", dt.datetime(2026, 6, 30, 12, 0)),
        ("staff_group", 4),
    ],
)
def test_a_lossy_cast_is_refused_and_names_the_column(column: str, value: object) -> None:
    with pytest.raises(LossyCastError) as refused:
        conform(ready(**{column: value}), "stock")
    assert refused.value.where[0].column == column
    assert refused.value.cure


def test_the_lake_is_as_it_was_after_a_refusal(place: Place) -> None:
    place.submit(draft(), {"stock": stock()})
    before = {n: place.lake.open(n).version() for n in ("flow", "stock", "submission", "publication")}
    bad = stock().with_columns(pl.Series("headcount", [2.5, 1.0]))
    day = pl.lit(dt.date(2026, 6, 1))
    good = stock().with_columns(pl.lit("start").alias("kind"), day.alias("starts"), day.alias("ends"))
    with pytest.raises(LossyCastError):
        place.submit(draft(), {"flow": good, "stock": bad})
    assert {n: place.lake.open(n).version() for n in before} == before


@given(st.decimals(min_value=0, max_value=100_000, places=9))
def test_a_quantity_of_nine_places_is_stored_exactly(value: Decimal) -> None:
    frame = ready().with_columns(pl.Series("fte", [value], dtype=pl.Decimal(18, 9)))
    assert conform(frame, "stock")["fte"].item() == value


@given(st.floats(min_value=0, max_value=50_000).map(lambda x: round(x, 5)))
def test_a_published_float_is_stored_as_it_was_printed(value: float) -> None:
    assert float(conform(ready(fte=value), "stock")["fte"].item()) == pytest.approx(value, abs=1e-9)


def test_an_unknown_column_and_a_missing_one_are_refused() -> None:
    with pytest.raises(PlaceError, match="no column 'surprise'"):
        conform(ready(surprise=1), "stock")
    with pytest.raises(PlaceError, match="needs the column 'grain'"):
        conform(ready().drop("grain"), "stock")


def test_a_negative_quantity_breaks_the_declaration() -> None:
    with pytest.raises(PlaceError, match="fte"):
        conform(ready(fte=-1.0), "stock")


def test_rows_of_another_origin_are_refused(place: Place) -> None:
    invented = stock().with_columns(pl.lit("synthetic").alias("origin"))
    with pytest.raises(PlaceError, match="apart"):
        place.submit(draft(), {"stock": invented})
