from __future__ import annotations

import polars as pl
import pytest

from skillmix.errors import RefusedError
from skillmix.projection import backtest
from skillmix.projection.backtests import coverage, summary, wide

#: Error in per cent of the actual at September 2024 and 2025, as tabulated with the published data.
EXPECTED = {
    "nurses_health_visitors": ((-4.3, -5.7), (-2.3, -2.0), (-5.3, -7.5)),
    "scientific_therapeutic_technical": ((-3.6, -5.9), (-1.8, -2.7), (-4.5, -7.7)),
    "midwives": ((-5.2, -8.3), (-5.3, -8.5), (-6.3, -10.3)),
    "ambulance": ((-6.7, -13.5), (-4.4, -9.4), (-7.6, -14.9)),
    "support_doctors_nurses_midwives": ((5.4, 11.9), (2.0, 5.5), (-0.6, 0.6)),
    "support_scientific_therapeutic_technical": ((0.0, 2.8), (-0.6, 1.7), (-5.4, -7.1)),
    "all": ((-0.8, 0.4), (-0.7, 0.6), (-3.7, -5.0)),
}


OFFICIAL_NAMES = {
    "Nurses & health visitors": "nurses_health_visitors",
    "Scientific, therapeutic & technical staff": "scientific_therapeutic_technical",
    "Midwives": "midwives",
    "Ambulance staff": "ambulance",
    "Support to doctors, nurses & midwives": "support_doctors_nurses_midwives",
    "Support to ST&T staff": "support_scientific_therapeutic_technical",
}


def as_tabulated(result: pl.DataFrame) -> None:
    table = wide(result)
    for group, columns in EXPECTED.items():
        row = table.row(by_predicate=pl.col("staff_group") == group, named=True)
        for method, errors in zip(
            ("joiners_and_leavers", "with_conversion", "no_change"), columns, strict=True
        ):
            for year, error in zip((2024, 2025), errors, strict=True):
                assert row[f"{method}_{year}"] == pytest.approx(error, abs=0.0501), (group, method, year)
    found = dict(summary(result).select("method", "mean_absolute_error_percent").iter_rows())
    assert found["with_conversion"] == pytest.approx(3.40, abs=0.01)
    assert found["joiners_and_leavers"] == pytest.approx(5.32, abs=0.01)
    assert found["no_change"] == pytest.approx(6.18, abs=0.01)
    assert found["with_conversion_recent"] < found["with_conversion"]
    assert set(summary(result)["figures"]) == {14}


@pytest.mark.unit
def test_england_as_carried():
    as_tabulated(backtest())


@pytest.mark.official
def test_england_as_published(official):
    file = official / "hchs_turnover" / "hchs_turnover_annual_england_2010_2025.csv"
    kinds = {"Denominator at end of period": "end", "Joiners": "joiners", "Leavers": "leavers"}
    everyone = pl.col("MAIN_STAFF_GROUP") == "All staff groups"
    history = (
        pl.read_csv(file)
        .with_columns(
            pl.when(everyone)
            .then(pl.lit("all"))
            .otherwise(pl.col("STAFF_GROUP").replace_strict(OFFICIAL_NAMES, default=None))
            .alias("staff_group")
        )
        .filter(pl.col("staff_group").is_not_null(), pl.col("PERIOD").str.ends_with("09"))
        .select(
            "staff_group",
            pl.col("TYPE").replace_strict(kinds).alias("kind"),
            pl.col("PERIOD").str.slice(10, 4).cast(pl.Int64).alias("year"),
            pl.col("HC").alias("headcount"),
        )
    )
    as_tabulated(backtest(history=history))


@pytest.mark.unit
def test_nothing_later_than_the_start_is_used():
    def history(later: int) -> pl.DataFrame:
        records = []
        for group in EXPECTED:
            for year, end, flow in (
                (2021, 1000, 100),
                (2022, 1010, 100),
                (2023, 1030, 110),
                (2024, later, later),
            ):
                records += [
                    (group, "end", year, end),
                    (group, "joiners", year, flow),
                    (group, "leavers", year, 90),
                ]
        return pl.DataFrame(records, schema=["staff_group", "kind", "year", "headcount"], orient="row")

    first, second = (backtest(until=2024, history=history(later)) for later in (900, 2000))
    assert first["projected"].equals(second["projected"])
    row = first.filter(pl.col("method") == "with_conversion").row(0, named=True)
    # By hand: joiners 105; leavers 180 / 2010; conversion (1010-1000-100+90 + 1030-1010-110+90) / 2 = 0.
    assert row["projected"] == pytest.approx(1030 + 105 - 1030 * 180 / 2010)
    with pytest.raises(RefusedError):
        backtest(until=2025, history=history(900))


@pytest.mark.unit
def test_weighting_the_latest_year_counts_it_twice():
    from skillmix.projection.backtests import Year, rates

    known = rates([Year(100, 110, 20, 10), Year(110, 110, 10, 20)], "latest")
    assert known.joiners == pytest.approx((20 + 2 * 10) / 3)
    assert known.leaver_rate == pytest.approx((10 + 2 * 20) / (100 + 2 * 110))
    assert known.conversion == pytest.approx((0 + 2 * 10) / 3)


@pytest.mark.unit
def test_intervals_would_have_held_most_of_what_came_and_are_not_too_wide():
    held = coverage()
    assert held.height == 14
    assert held["inside"].sum() >= 12
    width = (held["high"] - held["low"]) / held["actual"]
    assert width.max() < 0.35
    narrow = held.filter(pl.col("year") == 2024)
    assert ((narrow["high"] - narrow["low"]) / narrow["actual"]).max() < width.max()
    assert coverage().equals(held)
