"""From the arrays of the simulation to the canonical tables: assignments, movements, organisations."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import polars as pl

from skillmix import reference
from skillmix.demonstration.aldmoor_city.events import DESTINATIONS, KINDS, REASONS, Years
from skillmix.demonstration.aldmoor_city.figures import LEVELS, PARTNERS, Assumptions
from skillmix.demonstration.aldmoor_city.jobs import at_level, job
from skillmix.demonstration.aldmoor_city.organisations import CITY, SYSTEM, Organisation
from skillmix.demonstration.aldmoor_city.people import CONTRACTS, NOT_STATED, SEXES, ethnic_codes
from skillmix.demonstration.aldmoor_city.planted import Overlays

#: The exact type of everything that is added.
QUANTITY = pl.Decimal(18, 9)
#: Personal roles of networks that are reimbursed; the others are paid from a network's core funding.
_CORE = ("management", "administration", "nurse_general_practice", "human_resources")


def quantity(hundredths: pl.Expr, of: int = 100) -> pl.Expr:
    """An exact quantity from whole numbers of hundredths (or of another part of one)."""
    wide = pl.Decimal(38, 9)  # pence of a large partner's month would not fit before they are divided
    return (hundredths.cast(pl.Int64).cast(wide) / pl.lit(of).cast(wide)).cast(QUANTITY)


def date(days: int) -> dt.date:
    """A date from days since 1970."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(days))


def as_facts(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds what every fact carries: row number, month and origin. Needs `organisation` and `as_of`.

    The header of a plain table is row 1, so the first row is 2.
    """
    return frame.with_columns(
        pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("row"),
        pl.col("as_of").dt.strftime("%Y-%m").alias("period"),
        pl.lit("synthetic").alias("origin"),
    )


@cache
def keys(seed: int, people: int) -> pl.Series:
    """An invented key for each person; the same seed gives the same keys."""
    words = np.random.default_rng([seed, 7]).integers(0, 2**63, people, dtype=np.int64)
    return pl.Series("person_key", [f"synthetic:aldmoor:{word:016x}" for word in words.tolist()])


def staff_groups(listed: list[Organisation]) -> pl.DataFrame:
    """The staff group and registration of each profession at each kind of partner.

    Returns:
        ``partner, profession, staff_group, registered, label``.
    """
    known = reference.table("professions").select("code", "staff_group", "registered", "label", "family")
    rows = []
    for partner in {o.partner for o in listed}:
        for code, group, registered, label, family in known.rows():
            if partner in ("network", "practice"):
                group = {
                    "general_practitioner": "general_practitioners",
                    "nurse_general_practice": "general_practice_nurses",
                }.get(code, "admin_non_clinical" if family == "non_clinical" else "direct_patient_care")
            elif partner.startswith("social_care"):
                group = (
                    "asc_managers"
                    if code == "management"
                    else "asc_regulated"
                    if registered
                    else "asc_direct_care"
                    if family == "care"
                    else "asc_other"
                )
            rows.append((partner, code, group or "unknown_classification", registered, label))
    return pl.DataFrame(
        rows, schema=["partner", "profession", "staff_group", "registered", "label"], orient="row"
    )


def cell_frame(years: Years, given: Assumptions) -> pl.DataFrame:
    """What is known of each cell: organisation, sector, setting, profession, role, staff group, hours."""
    listed = years.organisations
    hours = dict(
        reference.table("full_time_hours")
        .filter(pl.col("group") == "all")
        .select("sector", pl.col("value").cast(pl.Float64))
        .rows()
    )
    professions = given.workforce.get_column("profession").to_list()
    rows = [
        (
            listed[o].code,
            listed[o].sector,
            listed[o].setting,
            PARTNERS[p],
            professions[row],
            round(hours[listed[o].sector] * 10),
            round(100 * given["ambulance.share_place"]) if PARTNERS[p] == "ambulance" else 100,
            "catchment" if PARTNERS[p] == "ambulance" else "site",
        )
        for o, row, p in zip(years.grid.organisation, years.grid.profession, years.grid.partner, strict=True)
    ]
    names = ["organisation", "sector", "setting", "partner", "profession", "tenths", "share", "share_basis"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    frame = frame.join(staff_groups(listed), on=["partner", "profession"], how="left", maintain_order="left")
    heads = pl.Series("teams", np.maximum(1, years.grid.heads // 25))
    return frame.with_columns(
        role=pl.Series([job(partner, profession) for _, _, _, partner, profession, *_ in rows]),
        cell=pl.int_range(pl.len(), dtype=pl.Int64),
        teams=heads,
        funding=pl.when(pl.col("partner") == "network")
        .then(
            pl.when(pl.col("profession").is_in(_CORE)).then(pl.lit("core_network")).otherwise(pl.lit("arrs"))
        )
        .when(pl.col("partner") == "practice")
        .then(pl.lit("practice"))
        .otherwise(pl.lit("establishment")),
    )


def pay(on: dt.date, given: Assumptions) -> dict[int, int]:
    """Basic pay of a full-time year by number of the level; levels that no list holds are left out."""
    listed = reference.table("pay", on)
    known = {
        level: round((float(entry) + float(top)) / 2)
        for level, entry, top in listed.select("level", "entry", "top").rows()
    }
    own = given.starting("pay")
    both = {**{level: round(value) for level, value in own.items()}, **known}
    return {n: both[level] for n, level in enumerate(LEVELS) if level in both}


def assignments(years: Years, given: Assumptions, seed: int, overlays: Overlays) -> pl.DataFrame:
    """Every job of every person at every snapshot, second jobs and contracted lines with it."""
    about = cell_frame(years, given)
    people = years.people
    key = keys(seed, len(people.cell))
    groups = ethnic_codes()
    frames = []
    for snapshot in years.snapshots:
        on = date(snapshot.date)
        worth = pay(on, given)
        who = np.concatenate([snapshot.person, overlays.second_person])
        frame = pl.DataFrame(
            {
                "person": who,
                "cell": np.concatenate([snapshot.cell, overlays.second_cell]),
                "level_number": np.concatenate([snapshot.level, overlays.second_level]),
                "hundredths": np.concatenate([snapshot.hundredths, overlays.second_hundredths]),
                "start": np.concatenate([snapshot.start, overlays.second_start]),
                "level_start": np.concatenate([snapshot.level_start, overlays.second_start]),
                "contract_number": np.concatenate(
                    [snapshot.contract, np.zeros(len(overlays.second_cell), dtype=np.int64)]
                ),
                "birth_year": people.birth[who] // 12,
                "sex_number": people.sex[who],
                "ethnicity_number": people.ethnicity[who],
                "new": people.new_until[who] > snapshot.date,
            }
        ).with_columns(as_of=pl.lit(on), person_key=key.gather(pl.Series(who)))
        frame = frame.with_columns(
            pay_annual=pl.col("level_number").replace_strict(worth, default=None, return_dtype=pl.Int64)
        )
        frames.append(pl.concat([frame, overlays.lines(on)], how="diagonal"))
    levels, sexes = pl.Series(LEVELS), pl.Series(SEXES)
    contracts = pl.Series(CONTRACTS)
    whole = pl.concat(frames).join(about, on="cell", how="left", maintain_order="left")
    whole = whole.join(overlays.lent(), on=["person", "cell"], how="left", maintain_order="left")
    whole = whole.with_columns(level=_named(levels, pl.col("level_number")))
    whole = whole.with_columns(
        role=at_level(pl.col("partner"), pl.col("profession"), pl.col("role"), pl.col("level")),
    ).with_columns(
        staff_group=pl.when(pl.col("role") == "senior_manager")
        .then(pl.lit("senior_managers"))
        .otherwise(pl.col("staff_group"))
    )
    unknown = pl.lit(NOT_STATED, dtype=pl.Int64)
    frame = whole.select(
        "organisation",
        "as_of",
        "person_key",
        employer=pl.coalesce("line_employer", "organisation"),
        workplace=pl.coalesce("lent_to", "organisation"),
        payer=pl.coalesce("lent_to", "organisation"),
        sector="sector",
        setting=pl.when(pl.col("lent_to").is_not_null())
        .then(pl.lit("general_practice"))
        .otherwise(pl.col("setting")),
        team=pl.col("label") + pl.format(", team {}", pl.col("person") % pl.col("teams") + 1),
        share_place=quantity(pl.col("share")),
        share_basis=pl.when(pl.col("person").is_null())
        .then(pl.lit("contract"))
        .otherwise(pl.col("share_basis")),
        profession="profession",
        role="role",
        role_as_sent="label",
        staff_group="staff_group",
        registered="registered",
        level="level",
        native_level=pl.when(pl.col("level_number") < LEVELS.index("medical")).then(
            _named(pl.Series([level.replace("band_", "Band ") for level in LEVELS]), pl.col("level_number"))
        ),
        fte=quantity(pl.col("hundredths")),
        contracted_hours=quantity(pl.col("hundredths") * pl.col("tenths"), 1000),
        contract=pl.when(pl.col("person").is_null())
        .then(pl.lit("contracted_service"))
        .otherwise(_named(contracts, pl.col("contract_number"))),
        status=pl.lit("active"),
        funding=pl.when(pl.col("lent_to").is_not_null()).then(pl.lit("arrs")).otherwise(pl.col("funding")),
        stage=pl.when(pl.col("person").is_not_null()).then(
            pl.when("new").then(pl.lit("newly_qualified")).otherwise(pl.lit("established"))
        ),
        start_date=pl.col("start").cast(pl.Int32).cast(pl.Date),
        start_in_level=pl.col("level_start").cast(pl.Int32).cast(pl.Date),
        birth_year=pl.col("birth_year").cast(pl.Int64),
        sex=_named(sexes, pl.col("sex_number")),
        ethnicity=_named(
            groups, pl.when(pl.col("ethnicity_number") != unknown).then(pl.col("ethnicity_number"))
        ),
        pay_annual=quantity(pl.col("pay_annual"), 1),
    )
    return as_facts(frame.sort("as_of", "organisation", maintain_order=True))


def _named(names: pl.Series, number: pl.Expr) -> pl.Expr:
    """The name of each number; null stays null."""
    return number.replace_strict(
        pl.Series(range(len(names)), dtype=pl.Int64), names.cast(pl.String), default=None
    )


def movements(years: Years, given: Assumptions, seed: int) -> pl.DataFrame:
    """One row an event. A move within the place is one row, told by the employer that was left."""
    about = cell_frame(years, given).select(
        "cell", "organisation", "profession", "role", "staff_group", "registered"
    )
    events, people = years.events, years.people
    levels = pl.Series(LEVELS)
    frame = pl.DataFrame(
        {
            "from_cell": events.from_cell,
            "to_cell": events.to_cell,
            "kind": events.kind,
            "date": events.date,
            "level": events.level,
            "to_level": events.to_level,
            "hundredths": events.hundredths,
            "months": np.maximum(events.date - events.start, 0) * 12 // 365,
            "birth": people.birth[events.person],
            "sex": people.sex[events.person],
            "reason": events.reason,
            "destination": events.destination,
        }
    ).with_columns(person_key=keys(seed, len(people.cell)).gather(pl.Series(events.person)))
    frame = frame.join(
        about.rename({name: f"from_{name}" for name in about.columns}),
        on="from_cell",
        how="left",
        maintain_order="left",
    ).join(
        about.rename({name: f"to_{name}" for name in about.columns}),
        on="to_cell",
        how="left",
        maintain_order="left",
    )
    on = pl.col("date").cast(pl.Int32).cast(pl.Date)
    months = on.dt.year() * 12 + on.dt.month() - 1
    joined = pl.col("kind") == KINDS.index("joined")
    frame = frame.select(
        organisation=pl.coalesce("from_organisation", "to_organisation"),
        as_of=on,
        person_key="person_key",
        kind=_named(pl.Series(KINDS), pl.col("kind")),
        date=on,
        basis=pl.lit("reported"),
        from_organisation="from_organisation",
        to_organisation="to_organisation",
        profession=pl.coalesce("from_profession", "to_profession"),
        role=pl.coalesce("from_role", "to_role"),
        staff_group=pl.coalesce("from_staff_group", "to_staff_group"),
        registered=pl.coalesce("from_registered", "to_registered"),
        level=_named(levels, pl.col("level")),
        to_level=_named(levels, pl.col("to_level")),
        to_profession=pl.when(~joined & (pl.col("from_profession") != pl.col("to_profession"))).then(
            pl.col("to_profession")
        ),
        fte=quantity(pl.col("hundredths")),
        age=((months - pl.col("birth")) // 12).cast(pl.Int64),
        sex=_named(pl.Series(SEXES), pl.col("sex")),
        reason=_named(pl.Series(REASONS), pl.col("reason")),
        destination=_named(pl.Series(DESTINATIONS), pl.col("destination")),
        tenure_months=pl.when(~joined).then(pl.col("months")),
    )
    return as_facts(frame.sort("date", "organisation", "person_key"))


def organisation_frame(listed: list[Organisation], on: dt.date) -> pl.DataFrame:
    """The organisations as facts. Postcode districts start with ZZ, which no post town uses."""
    rows = [
        {
            "organisation": o.code,
            "as_of": on,
            "name": o.name,
            "kind": o.kind,
            "sector": o.sector,
            "parent": o.parent,
            "sub_icb": CITY,
            "icb": SYSTEM,
            "postcode_district": f"ZZ{1 + n % 17}",
        }
        for n, o in enumerate(listed)
    ]
    return as_facts(pl.DataFrame(rows))
