"""Every column says what it is, in which unit, and which list its codes come from."""

from __future__ import annotations

import polars as pl
import pytest

from skillmix import reference
from skillmix.errors import SkillmixError
from skillmix.schema import FACTS, TABLES, dictionary

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described(name: str) -> None:
    words = dictionary(name)
    assert words.filter(pl.col("description").is_null()).is_empty()
    quantities = words.filter(pl.col("type").str.starts_with("Decimal"))
    assert quantities.filter(pl.col("unit").is_null()).is_empty()
    assert set(words["type"]) <= {
        "String",
        "Int64",
        "Date",
        "Boolean",
        "Decimal(precision=18, scale=9)",
        "Datetime(time_unit='us', time_zone='UTC')",
    }, "no Enum, Categorical, float or unsigned integer is stored"


@pytest.mark.parametrize("name", TABLES)
def test_every_list_of_codes_is_there(name: str) -> None:
    lists = {a for a in dictionary(name)["allowed"].drop_nulls() if "|" not in a} - {"organisation"}
    assert lists <= set(reference.names())


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_carries_its_keys(name: str) -> None:
    words = dictionary(name)
    assert set(words.filter(pl.col("key"))["column"]) == {"submission", "row"}
    assert {"organisation", "period", "as_of", "origin"} <= set(words["column"])


def test_an_unknown_table_is_refused_with_the_choices() -> None:
    with pytest.raises(SkillmixError, match="assignment"):
        dictionary("staff")
