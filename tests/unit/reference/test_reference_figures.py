"""Figures with their sources, against the amounts that were published."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from skillmix import reference
from skillmix.errors import ReferenceListError

pytestmark = pytest.mark.unit


def test_entitlement_of_fifty_thousand_weighted_patients_in_2025_26() -> None:
    rate = reference.value("arrs_rates", dt.date(2025, 12, 31))
    assert rate.exact * 50_000 == Decimal("1331550")
    assert (rate.confidence, rate.unit) == ("seen", "pounds a weighted patient")


@pytest.mark.parametrize(
    ("role", "national", "outer", "inner", "day"),
    [
        ("clinical_pharmacist", 65838, 73189, 76313, dt.date(2024, 12, 1)),
        ("clinical_pharmacist", 66972, 74392, 77545, dt.date(2025, 12, 1)),
        ("advanced_practitioner", 72141, 79492, 82616, dt.date(2024, 12, 1)),
        ("advanced_practitioner", 73334, 80754, 83907, dt.date(2025, 12, 1)),
        ("pharmacy_technician", 42437, 48991, 51176, dt.date(2024, 12, 1)),
        ("pharmacy_technician", 43352, 49967, 52172, dt.date(2025, 12, 1)),
    ],
)
def test_published_amounts_follow_the_salary_and_on_costs(
    role: str, national: int, outer: int, inner: int, day: dt.date
) -> None:
    """One reference salary gives every published amount of a role, by the on-costs of the year."""
    salary = (
        reference.table("arrs_maxima_estimates", dt.date(2025, 12, 1))
        .filter(pl.col("arrs_role") == role)
        .get_column("reference_salary")
        .item()
    )
    rate = reference.value("on_costs", day, figure="employer_ni_rate").value
    threshold = reference.value("on_costs", day, figure="employer_ni_threshold").value
    pension = reference.value("on_costs", day, figure="pension_paid_locally").value
    weighted = {
        "national": salary,
        "london_outer": salary + min(max(0.15 * salary, 4551), 5735),
        "london_inner": salary + min(max(0.20 * salary, 5414), 8172),
    }
    for area, published in zip(weighted, (national, outer, inner), strict=True):
        held = reference.value("arrs_maxima", day, arrs_role=role, area=area).value
        assert held == published
        pay = weighted[area]
        assert pay + rate * (pay - threshold) + pension * pay == pytest.approx(held, abs=1.5)


def test_calculated_amounts_follow_their_formula() -> None:
    for salary, value, year in (
        reference.table("arrs_maxima_estimates")
        .select("reference_salary", "value", pl.col("valid_from").dt.year())
        .iter_rows()
    ):
        award = 1.036 * (1.033 if year == 2026 else 1.0)
        # the award to general practitioners was 4 %
        if salary == 82418:
            award = 1.04
        assert 1.2938 * salary * award - 750 == pytest.approx(value, abs=2.0)


def test_what_was_not_seen_is_asked_of_the_user() -> None:
    with pytest.raises(ReferenceListError, match="Give your own figure"):
        reference.value("arrs_maxima", arrs_role="paramedic", area="national")
    with pytest.raises(ReferenceListError, match="not known"):
        reference.value("arrs_rates", dt.date(2026, 5, 1))


def test_a_key_that_finds_none_or_several_says_so() -> None:
    with pytest.raises(ReferenceListError, match="Did you mean arrs_role 'clinical_pharmacist'"):
        reference.value("arrs_maxima", arrs_role="clinical_pharmasist", area="national")
    with pytest.raises(ReferenceListError, match="Name also area"):
        reference.value("arrs_maxima", dt.date(2025, 5, 1), arrs_role="clinical_pharmacist")
    with pytest.raises(ReferenceListError, match="no column 'value'"):
        reference.value("professions", code="midwife")
    with pytest.raises(ReferenceListError, match="no column 'role'"):
        reference.value("arrs_rates", role="paramedic")
    with pytest.raises(ReferenceListError, match="no figure"):
        reference.value("arrs_rates", dt.date(2019, 5, 1))


def test_full_time_weeks() -> None:
    assert float(reference.value("full_time_hours", sector="acute", group="all")) == 37.5
    assert float(reference.value("full_time_hours", sector="social_care_council", group="all")) == 37.0
    assert float(reference.value("full_time_hours", sector="acute", group="resident_doctors")) == 40.0


def test_shares_of_the_ten_families_make_a_whole() -> None:
    shares = reference.table("ahp_shares")
    assert shares.get_column("share").sum() == pytest.approx(1.0, abs=0.01)
    assert shares.sort("share", descending=True).get_column("profession").head(3).to_list() == [
        "physiotherapist",
        "radiographer_diagnostic",
        "occupational_therapist",
    ]
