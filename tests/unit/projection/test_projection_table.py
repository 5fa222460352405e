from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmix.errors import InputError
from skillmix.projection import compare_table, project_table, project_table_file, read_table

pytestmark = pytest.mark.unit

#: Dental prosthetists, Australia (Australia's Future Health Workforce, Oral Health, comparison scenario):
#: head-count of supply and of demand, and exits as a share of supply, in the years that were published.
PUBLISHED = {
    2012: (1002, 1002, 0.1314),
    2016: (994, 1020, 0.1077),
    2020: (987, 1043, 0.1092),
    2025: (970, 1049, 0.1140),
}


def dental_prosthetists() -> pl.DataFrame:
    """The published inflows and exits, a row a year.

    The exit rate of 2012 is that of the year which ended in the starting stock, so it is not applied; the
    rates of 2016, 2020 and 2025 are interpolated, and that of 2016 holds before it.
    """
    years = np.arange(2012, 2026)
    at = [2016, 2020, 2025]
    rates = np.interp(years, at, [PUBLISHED[y][2] for y in at])
    rates[0] = PUBLISHED[2012][2]
    demand = np.interp(years, list(PUBLISHED), [d for _, d, _ in PUBLISHED.values()])
    return pl.DataFrame(
        {
            "group": "dental_prosthetist",
            "period": years,
            "stock": [PUBLISHED[int(y)][0] if y in PUBLISHED else None for y in years],
            "joiners": [104 + 2] * len(years),
            "leaver_rate": rates,
            "demand": demand,
        }
    )


def test_dental_prosthetists_as_published():
    result = project_table(dental_prosthetists())
    for year, (supply, demand, _) in PUBLISHED.items():
        row = result.row(by_predicate=pl.col("period") == str(year), named=True)
        assert row["stock"] == pytest.approx(supply, rel=0.003)
        assert row["gap"] == pytest.approx(demand - row["stock"], abs=1e-9)
    compared = compare_table(dental_prosthetists())
    assert compared["period"].to_list() == ["2016", "2020", "2025"]
    assert compared["percent"].abs().max() < 0.3


def test_rows_keep_their_order_and_groups_do_not_mix():
    frame = pl.DataFrame(
        {
            "group": ["b", "a", "b", "a"],
            "period": ["2025/26", "2026", "2024/25", "2025"],
            "stock": [None, None, 50.0, 100.0],
            "joiners": [5.0, 10.0, None, None],
            "leavers": [2.0, None, None, None],
            "leaver_rate": [None, 0.2, None, None],
            "conversions": [-1.0, None, None, None],
        }
    )
    result = project_table(frame)
    assert result["group"].to_list() == ["b", "a", "b", "a"]
    assert result["period"].to_list() == ["2025/26", "2026", "2024/25", "2025"]
    assert result["stock"].to_list() == [52.0, 90.0, 50.0, 100.0]
    assert result["low"].to_list() == result["high"].to_list() == result["stock"].to_list()
    assert result["gap"].null_count() == 4


def test_first_flows_are_not_applied_and_later_stocks_not_used():
    frame = pl.DataFrame(
        {"group": "a", "period": [1, 2], "stock": [10, 999], "joiners": [500, 1], "leavers": [0, 0]}
    )
    assert project_table(frame)["stock"].to_list() == [10.0, 11.0]
    assert compare_table(frame).row(0) == ("a", "2", 11.0, 999.0, -988.0, pytest.approx(100 * -988 / 999))


def test_ranges_bound_the_stock():
    frame = pl.DataFrame(
        {
            "group": "a",
            "period": ["2025", "2026", "2027"],
            "stock": [100, None, None],
            "joiners": [None, 10, 10],
            "joiners_low": [None, 8, 8],
            "joiners_high": [None, 12, 13],
            "leaver_rate": [None, 0.1, 0.1],
            "leaver_rate_low": [None, 0.05, 0.05],
            "leaver_rate_high": [None, 0.2, 0.2],
        }
    )
    result = project_table(frame)
    assert result["stock"].to_list() == pytest.approx([100, 100, 100])
    assert result["low"].to_list() == pytest.approx([100, 88, 78.4])
    assert result["high"].to_list() == pytest.approx([100, 107, 114.65])


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(*[st.floats(0, 1e4)] * 2, st.floats(0, 1)), min_size=1, max_size=12), st.floats(0, 1e5)
)
def test_the_identity_holds_in_every_period(flows, start):
    frame = pl.DataFrame(
        {
            "group": "g",
            "period": [f"p{i}" for i in range(len(flows) + 1)],
            "stock": [start] + [None] * len(flows),
            "joiners": [None, *[f[0] for f in flows]],
            "conversions": [None, *[f[1] for f in flows]],
            "leaver_rate": [None, *[f[2] for f in flows]],
        },
        schema_overrides={"stock": pl.Float64},
    )
    stock = project_table(frame)["stock"].to_list()
    for before, after, (joiners, conversions, rate) in zip(stock, stock[1:], flows, strict=False):
        assert after == pytest.approx(before + joiners - rate * before + conversions, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "row", "column", "word"),
    [
        ("", None, None, "empty"),
        ("group,period,joiners\na,1,2\n", 1, "stock", "missing"),
        ("group,period,stock,joiner\na,1,2,3\n", 1, "joiner", "not known"),
        ("group,period,stock\na,1,1002x\n", 2, "stock", "not a number"),
        ('group,period,stock\na,1,"1,002"\n', 2, "stock", "not a number"),
        ("group,period,stock\na,1,1,002\n", 2, None, "cells"),
        ("group,period,stock\na,1,-1\n", 2, "stock", "below nought"),
        ("group,period,stock,leaver_rate\na,1,5,\na,2,,10.8\n", 3, "leaver_rate", "above 1"),
        ("group,period,stock\na,1,\na,2,5\n", 2, "stock", "no stock"),
        ("group,period,stock\na,1,5\na,1,5\n", 3, "period", "twice"),
        ("group,period,stock,joiners\na,1,5,1\na,2,,\n", 3, "joiners", "blank"),
        ("group,period,stock,leavers,leaver_rate\na,1,5,,\na,2,,1,0.1\n", 3, "leaver_rate", "Both"),
        ("group,period,stock,leavers\na,1,5,\na,2,,6\n", 3, "leavers", "More people leave"),
        ("group,period,stock,stock\na,1,5,5\n", 1, "stock", "twice"),
        ("group,period,stock,stock_low\na,1,5,6\n", 2, "stock", "outside"),
        ("group,period,stock\n,1,5\n", 2, "group", "blank"),
        ("group,period,stock\n", None, None, "no rows"),
    ],
)
def test_bad_input_names_the_place_and_the_cure(tmp_path, text, row, column, word):
    source, out = tmp_path / "totals.csv", tmp_path / "out.csv"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        project_table_file(source, out)
    where = caught.value.where[0]
    assert (where.file, where.row, where.column) == ("totals.csv", row, column)
    assert word in caught.value.problem
    assert caught.value.cure
    assert not out.exists()


def test_other_encodings_and_workbooks_are_refused(tmp_path):
    for name, content in (
        ("latin.csv", "group,period,stock\ncaf\xe9,1,2\n".encode("cp1252")),
        ("book.csv", b"PK\x03\x04"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError):
            read_table(tmp_path / name)
    with pytest.raises(InputError):
        read_table(tmp_path / "absent.csv")


def test_a_file_is_projected_unrounded(tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(
        "\ufeffGroup,Period,Stock,Joiners,Leaver rate,Demand,note\n"
        "a,Mar 2026,1000,,,,x\n\na,Mar 2027,,50,0.123456789,1000,\n",
        encoding="utf-8",
    )
    project_table_file(source, out)
    written = pl.read_csv(out)
    assert written.columns == ["group", "period", "stock", "low", "high", "gap"]
    assert written["period"].to_list() == ["Mar 2026", "Mar 2027"]
    assert written["stock"][1] == 1000 - 123.456789 + 50
    assert written["gap"].to_list() == [None, 1000 - written["stock"][1]]
