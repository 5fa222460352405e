"""The answer key of Aldmoor: every planted fact with its value, counted in the frames that hold it."""

from __future__ import annotations

import datetime as dt

import polars as pl

from skillmix import reference
from skillmix.demonstration.aldmoor_city.figures import Assumptions
from skillmix.demonstration.aldmoor_city.learners import COHORT_START
from skillmix.demonstration.aldmoor_city.ledger import unexplained
from skillmix.demonstration.aldmoor_city.posts import OUT_OF_DATE
from skillmix.demonstration.aldmoor_city.recruitment import ABSENCE_STEP

FIRST, LAST = dt.date(2023, 12, 31), dt.date(2026, 6, 30)
_SENIOR = ["band_7", "band_8a", "band_8b", "band_8c", "band_8d", "band_9"]
_JUNIOR = ["band_2", "band_3", "band_4", "band_5", "band_6"]

Frames = dict[str, pl.DataFrame]

#: What is planted, in words.
WHAT = {
    "totals": "The city as a whole.",
    "profession_everywhere": "Occupational therapy is the only AHP profession in all five partners.",
    "networks_recruit": "Networks recruit physiotherapists, most from the acute trust, whose gaps stay.",
    "single_handed": "One profession shrinks to one person.",
    "diversity": "Band 7 and above is less diverse than the bands below.",
    "books": "One trust's establishment is out of date against its ledger; another differs in six lines.",
    "near_retirement": "One profession is near retirement.",
    "cohort": "No employer can fill a podiatry apprentice cohort alone; together they can.",
    "two_jobs": "Some people have two jobs: headcounts of organisations do not add.",
    "contracted_in": "Networks have lines without a person; a trust reports some of those people too.",
    "regional_trust": "The ambulance trust serves this place with a share of its staff.",
    "leaving": "Joiners, leavers and moves of the last year.",
    "absence": "Sickness absence rises for good at one trust.",
    "recruitment": "Some professions attract few applicants; one trust hires slowly.",
}


def _fte(frame: pl.DataFrame, column: str = "fte") -> float:
    total = frame.get_column(column).sum()
    return float(total) if total is not None else 0.0


def _of(frame: pl.DataFrame, **known: object) -> pl.DataFrame:
    for column, value in known.items():
        frame = frame.filter(pl.col(column) == pl.lit(value))
    return frame


def _people(frame: pl.DataFrame) -> int:
    return frame.get_column("person_key").drop_nulls().n_unique()


def _totals(frames: Frames) -> dict[str, object]:
    staff = frames["assignment"]
    last = _of(staff, as_of=LAST)
    share = last.select(
        (pl.col("fte").cast(pl.Float64) * pl.col("share_place").cast(pl.Float64)).sum()
    ).item()
    return {
        "snapshots": [str(d) for d in staff.get_column("as_of").unique().sort()],
        "as_of": str(LAST),
        "people": _people(last),
        "jobs_of_people": last.get_column("person_key").drop_nulls().len(),
        "lines_without_a_person": last.get_column("person_key").null_count(),
        "fte": _fte(last),
        "fte_place": round(float(share), 4),
        "people_by_sector": {
            sector: _people(part)
            for (sector,), part in sorted(last.group_by("sector"), key=lambda item: str(item[0]))
        },
        "organisations": frames["organisation"].height,
        "practices": _of(frames["organisation"], kind="practice").height,
        "networks": _of(frames["organisation"], kind="network").height,
        "registered_patients": int(_of(frames["population"], kind="registered").get_column("people").sum()),
        "residents_2025": int(
            _of(frames["population"], variant="estimate", as_of=dt.date(2025, 6, 30))
            .get_column("people")
            .sum()
        ),
    }


def _everywhere(frames: Frames) -> dict[str, object]:
    partner = {
        **dict.fromkeys(("acute", "community", "mental_health", "primary_care"), None),
        "social_care_council": "social_care",
        "social_care_independent": "social_care",
    }
    last = _of(frames["assignment"], as_of=LAST).filter(pl.col("sector").is_in(list(partner)))
    last = last.with_columns(
        partner=pl.col("sector").replace({k: v for k, v in partner.items() if v is not None})
    )
    professions = reference.table("professions").filter(pl.col("ahp").is_not_null()).get_column("code")
    counted = (
        last.filter(pl.col("profession").is_in(professions.to_list()))
        .group_by("profession")
        .agg(pl.col("partner").n_unique())
    )
    every = counted.filter(pl.col("partner") == 5).get_column("profession").sort().to_list()
    therapists = _of(last, profession="occupational_therapist")
    return {
        "allied_health_professions_in_all_five_partners": every,
        "occupational_therapist_people_by_partner": {
            str(name): _people(part)
            for (name,), part in sorted(therapists.group_by("partner"), key=lambda item: str(item[0]))
        },
    }


def _networks_recruit(frames: Frames) -> dict[str, object]:
    joined = frames["movement"].filter(
        pl.col("kind").is_in(["joined", "moved"])
        & pl.col("to_organisation").str.starts_with("ALD-N")
        & (pl.coalesce("to_profession", "profession") == "physiotherapist")
    )
    acute = _of(joined, from_organisation="ALD-01")
    staff = _of(frames["assignment"], profession="physiotherapist").filter(pl.col("person_key").is_not_null())
    trust, networks = (
        _of(staff, organisation="ALD-01"),
        staff.filter(pl.col("organisation").str.starts_with("ALD-N")),
    )
    posts = _of(frames["post"], profession="physiotherapist", organisation="ALD-01", as_of=LAST)
    return {
        "joiners_to_networks": joined.height,
        "of_whom_from_acute_trust": acute.height,
        "share_from_acute_trust": round(acute.height / joined.height, 6) if joined.height else None,
        "acute_people_first_and_last": [_people(_of(trust, as_of=FIRST)), _people(_of(trust, as_of=LAST))],
        "network_people_first_and_last": [
            _people(_of(networks, as_of=FIRST)),
            _people(_of(networks, as_of=LAST)),
        ],
        "acute_fte_funded_last": _fte(posts),
        "acute_fte_in_post_last": _fte(_of(trust, as_of=LAST)),
    }


def _single_handed(frames: Frames) -> dict[str, object]:
    own = _of(frames["assignment"], profession="prosthetist_orthotist")
    counts = own.group_by("as_of").agg(pl.col("person_key").n_unique()).sort("as_of")
    return {
        "profession": "prosthetist_orthotist",
        "organisation": "ALD-01",
        "people_by_snapshot": counts.get_column("person_key").to_list(),
        "fte_funded": _fte(_of(frames["post"], profession="prosthetist_orthotist", as_of=LAST)),
    }


def _diversity(frames: Frames) -> dict[str, object]:
    last = _of(frames["assignment"], as_of=LAST).filter(pl.col("person_key").is_not_null())
    broad = dict(reference.table("ethnic_groups").select("code", "broad").rows())
    known = last.filter(pl.col("ethnicity").is_not_null()).with_columns(
        minority=pl.col("ethnicity").replace_strict(broad, return_dtype=pl.String) != "white"
    )
    result: dict[str, object] = {}
    for name, levels in (("bands_2_to_6", _JUNIOR), ("band_7_and_above", _SENIOR)):
        part = known.filter(pl.col("level").is_in(levels)).unique("person_key")
        result[name] = {
            "people_stated": part.height,
            "people_of_minority_ethnic_groups": int(part.get_column("minority").sum()),
            "not_stated": _people(last.filter(pl.col("level").is_in(levels) & pl.col("ethnicity").is_null())),
        }
    result["promoted_since_the_first_snapshot"] = _promoted(frames, broad)
    return result


def _promoted(frames: Frames, broad: dict[str, str]) -> dict[str, object]:
    """Of those in bands at the first snapshot, how many were promoted since, by broad ethnic group."""
    first = _of(frames["assignment"], as_of=FIRST).filter(
        pl.col("person_key").is_not_null()
        & pl.col("ethnicity").is_not_null()
        & pl.col("level").is_in(_JUNIOR + _SENIOR)
    )
    people = first.unique("person_key").with_columns(
        minority=pl.col("ethnicity").replace_strict(broad, return_dtype=pl.String) != "white"
    )
    risen = people.join(_of(frames["movement"], kind="promoted"), on="person_key", how="semi")
    counts = {}
    for name, minority in (("white", False), ("minority_ethnic_groups", True)):
        counts[name] = {
            "people": _of(people, minority=minority).height,
            "promoted": _of(risen, minority=minority).height,
        }
    return {**counts, "planted": "those of minority ethnic groups are promoted less often"}


def _books(frames: Frames, truth: pl.DataFrame, given: Assumptions, size: float) -> dict[str, object]:
    late = _of(frames["post"], organisation=OUT_OF_DATE, as_of=LAST)
    june = _of(frames["ledger"], as_of=LAST, staff_kind="substantive")
    ledger = _of(june, organisation=OUT_OF_DATE)
    by = ["profession"]
    both = (
        late.group_by(by)
        .agg(pl.col("fte").cast(pl.Float64).sum().alias("posts"))
        .join(
            ledger.group_by(by).agg(pl.col("fte_budgeted").cast(pl.Float64).sum().alias("ledger")),
            on=by,
            how="full",
            coalesce=True,
        )
        .with_columns(difference=(pl.col("ledger").fill_null(0) - pl.col("posts").fill_null(0)).round(2))
        .filter(pl.col("difference") != 0)
        .sort("profession")
    )
    return {
        "organisation_out_of_date": OUT_OF_DATE,
        "establishment_was_true_on": "2024-03-31",
        "establishment_fte": _fte(late),
        "ledger_budget_fte": _fte(ledger, "fte_budgeted"),
        "difference_by_profession": dict(both.select("profession", "difference").rows()),
        "aldmoor_hospitals_lines_that_differ": {
            f"{profession}, {level}": tenths / 10
            for (profession, level), tenths in unexplained(given, size).items()
        },
        "aldmoor_hospitals_establishment_fte": _fte(_of(frames["post"], organisation="ALD-01", as_of=LAST)),
        "aldmoor_hospitals_ledger_budget_fte": _fte(_of(june, organisation="ALD-01"), "fte_budgeted"),
        "funded_in_truth_fte": round(
            truth.filter(pl.col("as_of") == LAST).get_column("tenths").sum() / 10, 1
        ),
    }


def _retirement(frames: Frames) -> dict[str, object]:
    jobs = _of(frames["assignment"], profession="operating_department_practitioner", as_of=LAST)
    own = jobs.unique("person_key", maintain_order=True)
    ages = LAST.year - own.get_column("birth_year")
    return {
        "profession": "operating_department_practitioner",
        "organisation": "ALD-01",
        "people": own.height,
        "people_who_turn_55_or_more_in_2026": int((ages >= 55).sum()),
    }


def _cohort(frames: Frames, given: Assumptions) -> dict[str, object]:
    own = _of(
        frames["learner"],
        profession="podiatrist",
        programme="degree_apprenticeship",
        as_of=LAST,
        start_date=COHORT_START,
    )
    by = own.group_by("employer").len().sort("employer")
    return {
        "programme": "degree_apprenticeship",
        "profession": "podiatrist",
        "start_date": str(COHORT_START),
        "minimum_cohort": int(given["cohort.minimum"]),
        "together": own.height,
        "by_employer": dict(by.rows()),
    }


def _two_jobs(frames: Frames) -> dict[str, object]:
    last = _of(frames["assignment"], as_of=LAST).filter(pl.col("person_key").is_not_null())
    by = last.group_by("person_key").agg(
        pl.col("employer").n_unique().alias("employers"),
        pl.len().alias("jobs"),
        pl.col("fte").cast(pl.Float64).sum(),
    )
    return {
        "people_with_two_employers": by.filter(pl.col("employers") > 1).height,
        "people_with_two_jobs_at_one_employer": by.filter(
            (pl.col("jobs") > 1) & (pl.col("employers") == 1)
        ).height,
        "people_above_1_fte": by.filter(pl.col("fte") > 1.0001).height,
    }


def _contracted(frames: Frames) -> dict[str, object]:
    last = _of(frames["assignment"], as_of=LAST)
    lines = last.filter(pl.col("person_key").is_null())
    lent = last.filter(pl.col("person_key").is_not_null() & (pl.col("employer") != pl.col("workplace")))
    return {
        "lines": lines.height,
        "fte": _fte(lines),
        "lines_by_profession": dict(lines.group_by("profession").len().sort("profession").rows()),
        "people_whom_a_trust_also_reports": lent.height,
        "fte_counted_twice": _fte(lent),
    }


def _ambulance(frames: Frames) -> dict[str, object]:
    last = _of(frames["assignment"], as_of=LAST, organisation="ALD-04")
    return {
        "organisation": "ALD-04",
        "share_place": float(last.get_column("share_place").first()),  # type: ignore[arg-type]
        "share_basis": "catchment",
        "people": _people(last),
        "fte": _fte(last),
    }


def _leaving(frames: Frames) -> dict[str, object]:
    year = frames["movement"].filter(pl.col("date").is_between(dt.date(2025, 7, 1), LAST))
    left = year.filter(pl.col("kind") == "left")
    hospital = _of(left, organisation="ALD-01")
    return {
        "months": "2025-07 to 2026-06",
        "joined_the_place": _of(year, kind="joined").height,
        "left_the_place": left.height,
        "moved_between_partners": _of(year, kind="moved").height,
        "moved_by_sector": _moves(frames, _of(year, kind="moved")),
        "converted_support_to_registered": _of(year, kind="converted").height,
        "promoted": _of(year, kind="promoted").height,
        "left_by_retirement": left.filter(pl.col("reason").str.contains("retire")).height,
        "aldmoor_hospitals_left": hospital.height,
        "aldmoor_hospitals_reason_unknown": _of(hospital, reason="unknown").height,
    }


def _moves(frames: Frames, moved: pl.DataFrame) -> dict[str, int]:
    """Moves from sector to sector, such as ``acute > primary_care``."""
    sector = dict(frames["organisation"].select("organisation", "sector").rows())
    pairs = moved.select(
        pl.format(
            "{} > {}",
            pl.col("from_organisation").replace_strict(sector),
            pl.col("to_organisation").replace_strict(sector),
        ).alias("pair")
    )
    return dict(pairs.group_by("pair").len().sort("pair").rows())


def _absence(frames: Frames) -> dict[str, object]:
    organisation, month = ABSENCE_STEP
    own = _of(frames["absence"], organisation=organisation).with_columns(
        after=pl.col("as_of") >= month,
        same=pl.col("as_of").dt.month() <= 6,
    )
    rates = [
        float(part.get_column("days_lost").sum()) / float(part.get_column("days_available").sum())
        for part in (own.filter(~pl.col("after") & pl.col("same")), own.filter("after"))
    ]
    return {
        "organisation": organisation,
        "first_month_higher": f"{month:%Y-%m}",
        "rate_january_to_june_before": round(rates[0], 5),
        "rate_january_to_june_after": round(rates[1], 5),
    }


def _recruitment(frames: Frames, given: Assumptions) -> dict[str, object]:
    adverts = frames["recruitment"]
    return {
        "adverts": adverts.height,
        "adverts_without_appointment": adverts.filter(pl.col("appointed") == 0).height,
        "professions_with_few_applicants": sorted(given.starting("scarce")),
        "median_days_to_hire": {
            code: _of(adverts, organisation=code).get_column("days_to_hire").median()
            for code in ("ALD-01", "ALD-02", "ALD-03")
        },
    }


def answers_of(
    frames: Frames, truth: pl.DataFrame, given: Assumptions, seed: int, size: float
) -> dict[str, object]:
    """The answer key.

    Args:
        frames: every canonical table.
        truth: what was funded, from `posts.funded`.
        given: the assumptions.
        seed: the seed of the city.
        size: the size of the city.

    Returns:
        By name of the planted fact, what it is in words, and its values.
    """
    found: dict[str, dict[str, object]] = {
        "totals": _totals(frames),
        "profession_everywhere": _everywhere(frames),
        "networks_recruit": _networks_recruit(frames),
        "single_handed": _single_handed(frames),
        "diversity": _diversity(frames),
        "books": _books(frames, truth, given, size),
        "near_retirement": _retirement(frames),
        "cohort": _cohort(frames, given),
        "two_jobs": _two_jobs(frames),
        "contracted_in": _contracted(frames),
        "regional_trust": _ambulance(frames),
        "leaving": _leaving(frames),
        "absence": _absence(frames),
        "recruitment": _recruitment(frames, given),
    }
    facts = {name: {"what": WHAT[name], **values} for name, values in found.items()}
    return {"invented": True, "seed": seed, "size": size, **facts}
