"""Aldmoor holds together: the same each time, whole, and planted as its answer key says."""

import datetime as dt
import itertools
import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix import demonstration, reference
from skillmix.demonstration.aldmoor_city.figures import PARTNERS
from skillmix.demonstration.aldmoor_city.generation import city
from skillmix.demonstration.aldmoor_city.organisations import organisations, spread
from skillmix.errors import InputError
from skillmix.place import Scope
from skillmix.schema import table

pytestmark = pytest.mark.unit

FIRST, LAST = dt.date(2023, 12, 31), dt.date(2026, 6, 30)


@pytest.fixture(scope="module")
def small():
    return city(size=0.1)


@pytest.fixture(scope="module")
def whole():
    return city()


def test_the_same_seed_gives_the_same_rows_and_another_seed_does_not():
    once, again, other = city(seed=5, size=0.02), city(seed=5, size=0.02), city(seed=6, size=0.02)
    for name, frame in once[0].items():
        assert frame.equals(again[0][name]), name
    assert once[1] == again[1]
    assert not once[0]["assignment"].equals(other[0]["assignment"])


def test_every_frame_keeps_the_declaration_of_its_table(small):
    for name, frame in small[0].items():
        declared = table(name).columns()
        assert set(frame.columns) <= set(declared), name
        assert {c for c, d in declared.items() if not d.nullable} <= {*frame.columns, "submission"}, name
        for column in frame.columns:
            wanted = declared[column].dtype
            assert frame.schema[column] in (wanted, pl.UInt32, pl.Null), (name, column)
        assert frame.get_column("row").is_unique().all()
        assert frame.get_column("origin").unique().to_list() == ["synthetic"]
        assert (frame.get_column("as_of").dt.strftime("%Y-%m") == frame.get_column("period")).all()


@pytest.mark.parametrize(
    ("name", "column", "codes"),
    [
        (name, column, codes)
        for name, column, codes in [
            ("assignment", "profession", "professions"),
            ("assignment", "role", "roles"),
            ("assignment", "staff_group", "staff_groups"),
            ("assignment", "level", "levels"),
            ("assignment", "sector", "sectors"),
            ("assignment", "setting", "settings"),
            ("assignment", "contract", "contract_types"),
            ("assignment", "status", "assignment_statuses"),
            ("assignment", "funding", "funding_sources"),
            ("assignment", "sex", "sexes"),
            ("assignment", "ethnicity", "ethnic_groups"),
            ("movement", "reason", "reasons_for_leaving"),
            ("movement", "destination", "destinations_on_leaving"),
            ("movement", "to_profession", "professions"),
            ("post", "level", "levels"),
            ("post", "role", "roles"),
            ("learner", "programme", "programmes"),
            ("organisation", "kind", "organisation_kinds"),
            ("organisation", "sector", "sectors"),
        ]
    ],
)
def test_every_code_is_in_its_reference_list(small, name, column, codes):
    used = set(small[0][name].get_column(column).drop_nulls().unique())
    assert used
    assert used <= reference.codes(codes)


def test_role_profession_and_registration_agree_with_the_reference_list(small):
    roles = reference.table("roles").select("code", listed="profession", needs="registered")
    professions = reference.table("professions").select("code", known="registered")
    jobs = (
        small[0]["assignment"]
        .join(roles, left_on="role", right_on="code")
        .join(professions, left_on="profession", right_on="code")
    )
    assert jobs.height == small[0]["assignment"].height
    assert jobs.filter(pl.col("listed").is_not_null() & (pl.col("listed") != pl.col("profession"))).is_empty()
    assert jobs.filter(pl.col("registered") != pl.col("known")).is_empty()


def test_snapshots_and_movements_tell_the_same_story(small):
    """Who is in one snapshot and not in the one before has joined or moved there; and the other way round."""
    jobs = small[0]["assignment"].filter(pl.col("person_key").is_not_null())
    moves = small[0]["movement"]
    dates = jobs.get_column("as_of").unique().sort().to_list()
    pairs = ["person_key", "organisation"]
    for before, after in itertools.pairwise(dates):
        then = jobs.filter(pl.col("as_of") == before).select(pairs).unique()
        now = jobs.filter(pl.col("as_of") == after).select(pairs).unique()
        inside = moves.filter((pl.col("date") > before) & (pl.col("date") <= after))
        came = inside.filter(pl.col("kind").is_in(["joined", "moved"])).select(
            "person_key", organisation="to_organisation"
        )
        went = inside.filter(pl.col("kind").is_in(["left", "moved"])).select(
            "person_key", organisation="from_organisation"
        )
        assert now.join(then, on=pairs, how="anti").sort(pairs).equals(came.sort(pairs))
        assert then.join(now, on=pairs, how="anti").sort(pairs).equals(went.sort(pairs))


def test_the_whole_city_has_about_25_000_people_in_twelve_networks_and_five_kinds_of_partner(whole):
    frames, answers = whole
    last = frames["assignment"].filter(pl.col("as_of") == LAST)
    people = last.get_column("person_key").drop_nulls().n_unique()
    assert 24_000 < people < 26_500
    assert answers["totals"]["people"] == people
    assert (frames["organisation"].get_column("kind") == "network").sum() == 12
    assert set(last.get_column("sector")) == {
        "acute",
        "community",
        "mental_health",
        "ambulance",
        "primary_care",
        "social_care_council",
        "social_care_independent",
        "voluntary",
    }


def test_first_snapshot_has_the_heads_of_the_reference_list(whole):
    first = whole[0]["assignment"].filter((pl.col("as_of") == FIRST) & pl.col("person_key").is_not_null())
    wanted = reference.table("aldmoor_workforce").select(pl.col(PARTNERS)).sum().row(0)
    assert first.get_column("person_key").n_unique() == sum(wanted)


def test_occupational_therapy_alone_is_everywhere(whole):
    professions = reference.table("professions").filter(pl.col("ahp").is_not_null()).get_column("code")
    last = whole[0]["assignment"].filter(pl.col("as_of") == LAST)
    partners = {
        "acute": ["acute"],
        "community": ["community"],
        "mental health": ["mental_health"],
        "primary care": ["primary_care"],
        "social care": ["social_care_council", "social_care_independent"],
    }
    everywhere = set(professions)
    for sectors in partners.values():
        everywhere &= set(last.filter(pl.col("sector").is_in(sectors)).get_column("profession"))
    assert everywhere == {"occupational_therapist"}


def test_the_planted_share_of_network_physiotherapists_comes_from_the_acute_trust(whole):
    key = whole[1]["networks_recruit"]
    planted = reference.table("aldmoor_assumptions").filter(
        pl.col("name") == "network.physiotherapists_from_acute"
    )
    assert key["of_whom_from_acute_trust"] == int(
        key["joiners_to_networks"] * planted.get_column("value").item() + 1e-9
    )
    jobs = whole[0]["assignment"].filter(
        (pl.col("profession") == "physiotherapist") & pl.col("person_key").is_not_null()
    )
    first = jobs.filter(pl.col("as_of") == FIRST)
    last = jobs.filter(pl.col("as_of") == LAST, pl.col("organisation").str.starts_with("ALD-N"))
    from_trust = last.join(
        first.filter(pl.col("organisation") == "ALD-01"), on="person_key", how="semi"
    ).get_column("person_key")
    assert 0 < from_trust.n_unique() <= key["of_whom_from_acute_trust"]


def test_one_profession_shrinks_to_one_person_at_every_size(small, whole):
    for frames, answers in (small, whole):
        jobs = frames["assignment"].filter(pl.col("profession") == "prosthetist_orthotist")
        assert jobs.filter(pl.col("as_of") == FIRST).height == 4
        assert jobs.filter(pl.col("as_of") == LAST).height == 1
        assert answers["single_handed"]["people_by_snapshot"][-1] == 1


def test_band_7_and_above_is_less_diverse(whole):
    key = whole[1]["diversity"]
    shares = {
        name: key[name]["people_of_minority_ethnic_groups"] / key[name]["people_stated"]
        for name in ("bands_2_to_6", "band_7_and_above")
    }
    assert shares["band_7_and_above"] < 0.6 * shares["bands_2_to_6"]


def test_the_books_agree_but_for_what_is_planted(whole):
    frames, answers = whole
    line = ["organisation", "role", "level"]
    posts = frames["post"].filter(pl.col("as_of") == LAST).select(*line, "fte")
    june = frames["ledger"].filter((pl.col("as_of") == LAST) & (pl.col("staff_kind") == "substantive"))
    both = posts.join(june.select(*line, "fte_budgeted"), on=line, how="full", coalesce=True).filter(
        pl.col("fte").is_null() | pl.col("fte_budgeted").is_null() | (pl.col("fte") != pl.col("fte_budgeted"))
    )
    differs = set(both.get_column("organisation"))
    assert differs == {"ALD-01", "ALD-02"}
    hospital = both.filter(pl.col("organisation") == "ALD-01")
    found = {
        f"{role}, {level}": float(budget - fte)
        for _, role, level, fte, budget in hospital.select(*line, "fte", "fte_budgeted").rows()
    }
    assert found == pytest.approx(answers["books"]["aldmoor_hospitals_lines_that_differ"])
    in_post = (
        frames["assignment"]
        .filter((pl.col("as_of") == LAST) & pl.col("person_key").is_not_null())
        .group_by(line)
        .agg(pl.col("fte").sum())
    )
    contracted = june.select(*line, "fte_contracted").join(in_post, on=line, how="inner")
    assert contracted.height > 500
    assert (contracted.get_column("fte_contracted") == contracted.get_column("fte")).all()


def test_the_cohort_is_too_small_for_each_employer_and_large_enough_together(small, whole):
    for _, answers in (small, whole):
        key = answers["cohort"]
        assert key["together"] >= key["minimum_cohort"] == 12
        assert max(key["by_employer"].values()) < key["minimum_cohort"]


def test_people_with_two_jobs_and_lines_without_a_person_are_counted_as_planted(whole):
    frames, answers = whole
    last = frames["assignment"].filter(pl.col("as_of") == LAST)
    people = last.filter(pl.col("person_key").is_not_null())
    by_organisation = people.group_by("organisation").agg(pl.col("person_key").n_unique()).sum()
    assert by_organisation.get_column("person_key").item() - people.get_column("person_key").n_unique() == 60
    assert answers["two_jobs"]["people_with_two_employers"] == 60
    lines = last.filter(pl.col("person_key").is_null())
    assert lines.height == answers["contracted_in"]["lines"] == 27
    assert lines.select("sex", "ethnicity", "birth_year").null_count().row(0) == (27, 27, 27)
    assert (lines.get_column("employer") != lines.get_column("organisation")).all()


def test_absence_rises_where_and_when_the_key_says(whole):
    frames, answers = whole
    rates = frames["absence"].with_columns(
        rate=pl.col("days_lost").cast(pl.Float64) / pl.col("days_available").cast(pl.Float64)
    )
    month = pl.col("as_of").dt.month() <= 6
    rise = {}
    for (code,), own in rates.filter(month).group_by("organisation"):
        later = own.filter(pl.col("as_of") >= dt.date(2026, 1, 1)).get_column("rate").mean()
        rise[code] = later - own.filter(pl.col("as_of") < dt.date(2026, 1, 1)).get_column("rate").mean()
    assert max(rise, key=rise.get) == answers["absence"]["organisation"] == "ALD-03"
    assert rise["ALD-03"] > 0.01 > 5 * max(v for k, v in rise.items() if k != "ALD-03")


def test_population_adds_up(whole):
    people = whole[0]["population"]
    registered = people.filter(pl.col("kind") == "registered")
    assert registered.get_column("people").sum() == 455_000
    assert registered.get_column("organisation").n_unique() == 60
    projected = people.filter(pl.col("variant") == "principal").group_by("as_of").agg(pl.col("people").sum())
    assert projected.sort("as_of").get_column("people").is_sorted()


def test_no_code_can_be_an_ods_code():
    assert all("-" in o.code for o in organisations())


def test_a_size_that_cannot_stand_is_refused():
    with pytest.raises(InputError, match="cannot stand"):
        demonstration.generate(size=0)


@given(
    total=st.integers(0, 5000),
    weights=st.lists(st.floats(0.001, 1000), min_size=1, max_size=30),
    minimum=st.integers(0, 3),
)
def test_spread_adds_up_exactly(total, weights, minimum):
    parts = spread(total, np.array(weights), minimum)
    assert parts.sum() == total
    assert parts.min() >= (minimum if total >= minimum * len(weights) else 0)


def test_operating_department_practitioners_are_near_retirement(whole):
    frames, answers = whole
    last = frames["assignment"].filter(pl.col("as_of") == LAST).with_columns(age=2026 - pl.col("birth_year"))
    share = (
        last.filter(pl.col("registered") & (pl.col("sector") == "acute"))
        .group_by("profession")
        .agg((pl.col("age") >= 55).mean(), pl.len())
        .filter(pl.col("len") >= 30)
        .sort("age")
    )
    assert share.get_column("profession").last() == answers["near_retirement"]["profession"]
    assert share.get_column("age").last() > 0.35


def test_minority_ethnic_groups_are_promoted_less_often(whole):
    key = whole[1]["diversity"]["promoted_since_the_first_snapshot"]
    rates = {n: key[n]["promoted"] / key[n]["people"] for n in ("white", "minority_ethnic_groups")}
    assert rates["minority_ethnic_groups"] < 0.8 * rates["white"]


def test_the_place_holds_what_was_generated_and_its_answer_key(tmp_path):
    told = []
    place = demonstration.aldmoor(tmp_path / "aldmoor", progress=told.append, size=0.02)
    frames, answers = city(size=0.02)
    facts = place.read(Scope.controller(purpose="test"))
    for name, frame in frames.items():
        assert facts.table(name).collect().height == frame.height, name
    assert json.loads((tmp_path / "aldmoor" / "answers.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(answers, default=str)
    )
    assert place.organisations["ALD-04"].share_place == place.organisations["ALD-01"].share_place * 35 / 100
    assert place.kind == "demonstration"
    assert told
