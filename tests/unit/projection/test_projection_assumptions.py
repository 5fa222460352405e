from __future__ import annotations

import polars as pl
import pytest

from skillmix import reference
from skillmix.errors import InputError
from skillmix.projection import assumptions as assumed
from skillmix.projection import england
from skillmix.projection.ages import BANDS

pytestmark = pytest.mark.unit

LABELS = dict(
    zip(BANDS, ("Under 25", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over"), strict=True)
)


@pytest.mark.parametrize("group", ["nurses_health_visitors", "ambulance", "scientific_therapeutic_technical"])
def test_rates_by_age_are_those_published_as_pooled(group):
    pooled = reference.published("hchs_rates_by_age").filter(
        pl.col("staff_group") == group, pl.col("grade") == "All grades", pl.col("measure") == "hc"
    )
    shape = england.shape(group)
    joiners = sum(shape.joining.values())
    for band, label in LABELS.items():
        row = pooled.row(by_predicate=pl.col("age_band") == label, named=True)
        assert shape.leaving[band] == pytest.approx(row["leaver_rate"], abs=6e-6)
        assert shape.joining[band] / joiners == pytest.approx(row["joiner_share"], abs=6e-6)
        assert shape.stock[band] == row["stock_sep_2025"]
    whole = pooled.row(by_predicate=pl.col("age_band") == "All age bands", named=True)
    assert shape.overall == pytest.approx(whole["leaver_rate"], abs=6e-6)


@pytest.mark.parametrize(
    ("group", "points"),
    [("nurses_health_visitors", 4.2), ("scientific_therapeutic_technical", 5.1), ("ambulance", 5.3)],
)
def test_retirement_is_what_leaving_from_55_exceeds_that_of_45_to_54_by(group, points):
    shape = england.shape(group)
    assert 100 * shape.leaving["55-64"] * shape.retiring["55-64"] == pytest.approx(points, abs=0.06)


def test_every_trust_staff_group_has_rates_with_ranges_and_sources():
    found = assumed.defaults()
    groups = reference.table("staff_groups").filter(pl.col("scheme") == "hchs").get_column("code")
    for group in groups:
        if group == "unknown_classification":
            continue
        rate = found[f"leaver_rate.{group}"]
        assert 0.03 < rate.low < rate.value < rate.high < 0.2
    nurses = found["leaver_rate.nurses_health_visitors"]
    # Published: 33,313 leavers over the mean of 399,559 and 409,110 people, year to September 2025.
    assert nurses.value == pytest.approx(33313 / ((399559 + 409110) / 2), abs=1e-5)
    conversions = found["conversion_rate.nurses_health_visitors"]
    assert conversions.value == pytest.approx((10210 + 5680) / 2 / 409110, abs=1e-5)
    for name in found:
        item = found[name]
        assert item.low <= item.value <= item.high
        assert item.source
        assert item.unit
        assert item.confidence in assumed.CONFIDENCES


def test_doctors_are_read_from_35_on():
    assert set(england.shape("doctors").stock) == {"35-44", "45-54", "55-64", "65_and_over"}
    assert "joiner_rate.doctors" not in assumed.defaults()


def test_written_assumptions_read_back_the_same(tmp_path):
    whole = assumed.of_place(tmp_path)
    file = tmp_path / "assumptions" / assumed.FILE
    assert file.is_file()
    assert assumed.read(file).hash == whole.hash == assumed.defaults().hash


def test_a_places_own_figure_stands_and_changes_the_hash(tmp_path):
    assumed.of_place(tmp_path)
    file = tmp_path / "assumptions" / assumed.FILE
    text = file.read_text(encoding="utf-8")
    before = assumed.of_place(tmp_path)
    (tmp_path / "assumptions" / "zz_ours.toml").write_text(
        '[[assumption]]\nname = "local_share"\nvalue = 0.4\nlow = 0.3\nhigh = 0.5\n'
        'unit = "share of recruits"\n'
        'source = "Start dates, 2025"\ndate = 2026-01-31\nconfidence = "local"\n',
        encoding="utf-8",
    )
    after = assumed.of_place(tmp_path)
    assert after["local_share"].value == 0.4
    assert after["local_share"].factors == pytest.approx((0.75, 1.25))
    assert after.hash != before.hash
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ("value = 1", "has no"),
        ('value = "much"\nunit = "u"\nsource = "s"\ndate = 2026-01-31\nconfidence = "local"', "not a number"),
        ('value = 1\nlow = 2\nunit = "u"\nsource = "s"\ndate = 2026-01-31\nconfidence = "local"', "outside"),
        ('value = 1\nunit = "u"\nsource = "s"\ndate = 2026-01-31\nconfidence = "sure"', "cannot stand"),
        ("value = = 1", "cannot be read"),
    ],
)
def test_a_bad_assumption_names_itself_and_the_cure(tmp_path, entry, word):
    file = tmp_path / "own.toml"
    file.write_text(f'[[assumption]]\nname = "x"\n{entry}\n', encoding="utf-8")
    with pytest.raises(InputError, match=word) as caught:
        assumed.read(file)
    assert caught.value.cure
    assert caught.value.where[0].file == "own.toml"


def test_an_absent_assumption_is_named():
    with pytest.raises(InputError, match="No assumption is named nothing"):
        assumed.defaults()["nothing"]
