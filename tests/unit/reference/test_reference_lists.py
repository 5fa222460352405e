"""The lists hold together, and say what the sector says."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from skillmix import reference
from skillmix.errors import ReferenceListError

pytestmark = pytest.mark.unit

FOURTEEN = {
    "art_therapist", "drama_therapist", "music_therapist", "podiatrist", "dietitian",
    "occupational_therapist",
    "operating_department_practitioner", "orthoptist", "osteopath", "paramedic", "physiotherapist",
    "prosthetist_orthotist", "radiographer", "speech_language_therapist",
}  # fmt: skip


def test_nothing_is_wrong_with_any_list() -> None:
    assert [str(problem) for problem in reference.problems()] == []


@pytest.mark.parametrize("name", reference.names())
def test_every_list_says_where_its_rows_come_from(name: str) -> None:
    frame = reference.table(name)
    assert frame.height > 0
    assert frame.get_column("valid_from").dtype == pl.Date
    assert frame.get_column("source").null_count() == 0
    assert set(frame.get_column("confidence")) <= {
        "published", "seen", "calculated", "recalled", "assumed"
    }  # fmt: skip
    assert reference.describe(name).filter(pl.col("description") == "").is_empty()


def test_the_fourteen_allied_health_professions_are_counted_once_each() -> None:
    professions = reference.table("professions").filter(pl.col("ahp").is_not_null())
    assert set(professions.get_column("ahp")) == FOURTEEN
    assert professions.height == 15  # radiographers: one profession of the fourteen, two modalities
    modality = professions.filter(pl.col("ahp") == "radiographer").get_column("modality")
    assert sorted(modality) == ["diagnostic", "therapeutic"]
    assert professions.get_column("registered").all()
    assert professions.filter(pl.col("regulator") == "GOsC").get_column("code").to_list() == ["osteopath"]


def test_support_leads_to_registered_and_is_not_registered_itself() -> None:
    professions = reference.table("professions")
    registered = set(professions.filter("registered").get_column("code"))
    support = professions.filter(pl.col("family") == "allied_health_support")
    assert not support.get_column("registered").any()
    for code, ladder in support.select("code", "ladder_to").iter_rows():
        assert ladder, code
        assert set(ladder) <= registered
    # every profession of the fourteen but osteopaths has a support family that leads to it
    reached = {step for steps in support.get_column("ladder_to") for step in steps}
    ahps = set(professions.filter(pl.col("ahp").is_not_null()).get_column("code"))
    assert ahps - reached == {"osteopath"}


def test_non_clinical_families_that_places_are_short_of_are_there() -> None:
    wanted = {"human_resources", "estates_facilities", "information_technology", "call_handling"}
    families = reference.table("professions").filter(pl.col("family") == "non_clinical")
    assert wanted <= set(families.get_column("code"))


def test_a_list_by_date_shows_what_held_then() -> None:
    early = reference.codes("arrs_roles", dt.date(2019, 10, 1))
    assert early == {"clinical_pharmacist", "social_prescribing_link_worker"}
    assert "general_practitioner" not in reference.codes("arrs_roles", dt.date(2024, 9, 30))
    assert "general_practitioner" in reference.codes("arrs_roles", dt.date(2024, 10, 1))


def test_caps_of_advanced_practitioners_end_with_2023_24() -> None:
    def caps(day: dt.date) -> list[float]:
        rules = reference.table("arrs_rules", day).filter(pl.col("code") == "advanced_practitioner_cap")
        return sorted(rules.get_column("value"))

    assert caps(dt.date(2022, 6, 1)) == [2.0, 3.0]
    assert caps(dt.date(2023, 6, 1)) == [3.0, 6.0]
    assert caps(dt.date(2024, 6, 1)) == []


def test_recalled_stays_recalled() -> None:
    rates = dict(reference.table("arrs_rates").select("year", "confidence").iter_rows())
    assert rates["2021/22"] == "recalled"
    assert rates["2025/26"] == "seen"
    assert set(reference.table("full_time_hours").get_column("confidence")) == {"recalled", "assumed"}
    assert set(reference.table("destinations_on_leaving").get_column("confidence")) == {"recalled"}
    assert set(reference.table("ahp_shares").get_column("confidence")) == {"published"}


def test_reasons_that_are_no_turnover_are_rotations_transfers_and_flexible_retirement() -> None:
    reasons = reference.table("reasons_for_leaving")
    left_out = set(reasons.filter(~pl.col("turnover")).get_column("group"))
    assert left_out == {"end_of_contract", "transfer", "retirement", "other_unknown"}
    assert (
        reasons.filter(pl.col("group") == "voluntary_resignation")
        .get_column("controllable")
        .unique()
        .to_list()
    ) == ["yes"]
    assert reasons.height == 39


def test_every_census_group_has_one_broad_group() -> None:
    groups = reference.table("ethnic_groups")
    assert groups.height == 19
    assert groups.get_column("census_label").n_unique() == 19
    counts = dict(groups.group_by("broad").len().iter_rows())
    assert counts == {"white": 5, "mixed": 4, "asian": 5, "black": 3, "other": 2}


def test_an_unknown_list_or_code_names_the_nearest() -> None:
    with pytest.raises(ReferenceListError, match="Did you mean 'professions'"):
        reference.table("profesions")
    with pytest.raises(ReferenceListError, match="figures, not codes"):
        reference.codes("pay_awards")
    assert reference.suggest("professions", "Speech & Language therapist")[0] == "speech_language_therapist"
    code, score = reference.suggest("role_mapping", "Clinical Director - Nurses")
    assert code == "clinical_director_nurse"
    assert score > 90


def test_labels_differ_in_dashes_and_letters_alone() -> None:
    assert reference.normalise("Clinical Director \u2013 DPC") == "clinical director-dpc"
    assert reference.normalise("Clinical Director \x96 DPC") == "clinical director-dpc"
    assert reference.normalise("Therapist- Counsellor") == reference.normalise("Therapist - counsellor")


def test_mapping_keys_stay_apart_after_normalising() -> None:
    for name, key in {
        "role_mapping": ["scheme", "source_group_key", "source_value_key"],
        "staff_group_mapping": ["scheme", "source_value_key"],
        "level_mapping": ["scheme", "source_value_key"],
    }.items():
        frame = reference.table(name)
        assert frame.select(key).is_unique().all(), name


def test_roles_agree_with_the_registration_of_their_profession() -> None:
    roles = reference.table("roles").join(
        reference.table("professions"), left_on="profession", right_on="code", suffix="_profession"
    )
    # a job may need no registration in a registered profession's family, never the reverse, but for
    # directors of direct patient care, whose profession is not told
    wrong = roles.filter(pl.col("registered") & ~pl.col("registered_profession")).get_column("code")
    assert wrong.to_list() == ["clinical_director_dpc"]
    assert not roles.filter(pl.col("stage") == "learner").get_column("registered").any()


def test_levels_of_a_role_stand_in_order() -> None:
    ranks = dict(reference.table("levels").select("code", "rank").iter_rows())
    for code, low, high in reference.table("roles").select("code", "level_low", "level_high").iter_rows():
        if ranks[low] is not None and ranks[high] is not None:
            assert ranks[low] <= ranks[high], code


def test_pay_rises_with_the_level_and_within_it() -> None:
    pay = reference.table("pay", dt.date(2025, 9, 1)).join(
        reference.table("levels"), left_on="level", right_on="code"
    )
    pay = pay.sort("rank")
    assert pay.height == 11
    assert (pay.get_column("entry") <= pay.get_column("top")).all()
    assert pay.get_column("entry").is_sorted()
    assert pay.filter(pl.col("level") == "band_5").row(0, named=True)["intermediate"] == 33487


def test_the_face_of_the_room_brings_nothing_heavy() -> None:
    import subprocess
    import sys

    code = "import sys, skillmix.reference; print([m for m in ('polars', 'rapidfuzz') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
