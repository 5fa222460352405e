"""Workplace, worker and training files of adult social care, in the layout of the ASC-WDS bulk upload."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from skillmix import reference
from skillmix.demonstration.extracts.dirt import Table, scaled, short_year
from skillmix.demonstration.extracts.esr import AS_OF
from skillmix.demonstration.extracts.writing import uk, write_csv

#: Headers of the bulk upload, in its order (Skills for Care, public code of the service, August 2026).
WORKPLACE = (  # noqa: SIM905 - the headers as the service prints them
    "LOCALESTID,STATUS,ESTNAME,ADDRESS1,ADDRESS2,ADDRESS3,POSTTOWN,POSTCODE,ESTTYPE,OTHERTYPE,PERMCQC,PERMLA,"
    "REGTYPE,PROVNUM,LOCATIONID,MAINSERVICE,ALLSERVICES,CAPACITY,UTILISATION,SERVICEDESC,SERVICEUSERS,"
    "OTHERUSERDESC,DHA,DHAACTIVITIES,TOTALPERMTEMP,ALLJOBROLES,STARTERS,LEAVERS,VACANCIES,REASONS,REASONNOS,"
    "REPEATTRAINING,CWPAWARE,CWPUSE,CWPUSEDESC,SICKPAY,PENSION,ACTUALCONT,OPTOUTPEN,HOLIDAY,SLEEPINS,"
    "SLEEPINPAY,TRAVELTIME,TTDIFFRATE"
).split(",")
WORKER = (  # noqa: SIM905
    "LOCALESTID,UNIQUEWORKERID,STATUS,DISPLAYID,NINUMBER,POSTCODE,DOB,GENDER,ETHNICITY,NATIONALITY,"
    "BRITISHCITIZENSHIP,COUNTRYOFBIRTH,YEAROFENTRY,DISABLED,CARECERT,L2CARECERT,RECSOURCE,HANDCVISA,INOUTUK,"
    "STARTDATE,STARTINSECT,DHA,APPRENTICE,EMPLSTATUS,ZEROHRCONT,DAYSSICK,SALARYINT,SALARY,HOURLYRATE,"
    "MAINJOBROLE,MAINJRDESC,CONTHOURS,AVGHOURS,NMCREG,AMHP,SCQUAL,NONSCQUAL,CWPCATEGORY,QUALACH01,"
    "QUALACH01NOTES,QUALACH02,QUALACH02NOTES,QUALACH03,QUALACH03NOTES"
).split(",")
TRAINING = (  # noqa: SIM905
    "LOCALESTID,UNIQUEWORKERID,CATEGORY,TRAININGNAME,ACCREDITED,WHODELIVERED,PROVIDERNAME,HOWDELIVERED,"
    "VALIDITY,DATECOMPLETED,EXPIRYDATE,NOTES"
).split(",")
#: 'Do not know' in a field of numbers; never a count.
UNKNOWN = "999"
#: Who uploads: the council, one provider of its own, and the others as subsidiaries of one account.
SENDERS = {
    "ALD-05": ["ALD-05"],
    "ALD-C01": ["ALD-C01"],
    "ALD-C02-to-C11": [f"ALD-C{n:02d}" for n in range(2, 12)],
}
#: Job roles of the bulk upload for jobs that the mapping does not name.
_OTHER_JOBS = {
    "estates_facilities": "26",
    "human_resources": "27",
    "finance": "25",
    "call_handling": "25",
    "nurse_learning_disability": "16",
    "support_nursing": "38",
    "asc_allied_health_professional": "17",
}


def job_codes() -> dict[str, str]:
    """The bulk upload's number of each job."""
    listed = reference.table("role_mapping").filter(
        (pl.col("scheme") == "asc_wds") & pl.col("source_value").str.contains(r"^\d+$")
    )
    return {**_OTHER_JOBS, **{role: number for number, role in listed.select("source_value", "role").rows()}}


def _texts(values: dict[str, pl.Expr | pl.Series], columns: list[str]) -> list[pl.Expr]:
    """Each column as text, empty where it has no value."""
    return [
        pl.lit(value).cast(pl.String).alias(name)
        if isinstance(value := values.get(name, pl.lit("")), pl.Series)
        else value.cast(pl.String).alias(name)
        for name in columns
    ]


def workers(assignments: pl.DataFrame, known: pl.DataFrame, codes: list[str], seed: int) -> pl.DataFrame:
    """The clean worker table of some workplaces.

    Args:
        assignments: the rows of every snapshot.
        known: what `identities` returns.
        codes: the organisations.
        seed: the seed of the city.
    """
    rows = (
        assignments.filter((pl.col("as_of") == AS_OF) & pl.col("organisation").is_in(codes))
        .join(known, on="person_key", how="left", maintain_order="left")
        .sort("organisation", "employee_number", "fte", descending=[False, False, True])
        .with_columns(nth=pl.int_range(pl.len()).over("organisation", "employee_number") + 1)
    )
    n = len(rows)
    rng = np.random.default_rng([seed, 33])
    ethnic = dict(
        reference.table("ethnic_groups")
        .filter(pl.col("asc_wds_code").is_not_null())
        .select("code", pl.col("asc_wds_code").cast(pl.String))
        .rows()
    )
    pay = pl.col("pay_annual").cast(pl.Float64)
    contract = pl.col("contract").replace_strict({"permanent": "1", "fixed_term": "2"}, default="7")
    values: dict[str, pl.Expr | pl.Series] = {
        "LOCALESTID": pl.col("organisation"),
        "UNIQUEWORKERID": pl.format("W{}-{}", pl.col("employee_number").str.tail(6), "nth"),
        "STATUS": pl.lit("UPDATE"),
        "DISPLAYID": pl.format("{} {}", "forename", "surname"),
        "NINUMBER": pl.col("ni_number"),
        "POSTCODE": pl.format("ZZ{} 1ZZ", pl.Series(rng.integers(1, 18, n))),
        "DOB": uk("birth_date"),
        "GENDER": pl.col("sex").replace_strict({"male": "1", "female": "2", "other": "4"}, default="3"),
        "ETHNICITY": pl.col("ethnicity").replace_strict(ethnic, default="99"),
        "NATIONALITY": pl.lit("826"),
        "COUNTRYOFBIRTH": pl.lit("826"),
        "DISABLED": pl.Series(rng.choice(["0", "1", "2"], n, p=[0.9, 0.04, 0.06])),
        "CARECERT": pl.Series(rng.choice(["1", "2", "3"], n, p=[0.5, 0.2, 0.3])),
        "RECSOURCE": pl.Series(rng.choice(["1", "2", "5", "7", "10", "15"], n)),
        "STARTDATE": uk("start_date"),
        "STARTINSECT": pl.col("start_date").dt.year().cast(pl.String),
        "APPRENTICE": pl.lit("2"),
        "EMPLSTATUS": contract,
        "ZEROHRCONT": pl.lit("2"),
        "DAYSSICK": pl.Series([f"{d:.1f}" for d in rng.gamma(0.8, 8, n)]),
        "SALARYINT": pl.lit("1"),
        "SALARY": pay.round().cast(pl.Int64).cast(pl.String),
        "MAINJOBROLE": pl.col("role").replace_strict(job_codes(), default="23"),
        "CONTHOURS": pl.col("contracted_hours").cast(pl.Float64).round(1).cast(pl.String),
        "AVGHOURS": pl.col("contracted_hours").cast(pl.Float64).round(1).cast(pl.String),
        "SCQUAL": pl.lit("2"),
        "NONSCQUAL": pl.lit("2"),
    }
    return rows.select(_texts(values, WORKER))


def workplaces(workers_: pl.DataFrame, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The clean workplace table of the workplaces whose workers are given; job lists run in parallel.

    Args:
        workers_: the clean worker table.
        frames: the canonical tables: starters and leavers of the last twelve months, vacant posts.
    """
    codes = job_codes()
    year = frames["movement"].filter(pl.col("date") > pl.lit(AS_OF).dt.offset_by("-12mo"))

    def by_job(frame: pl.DataFrame, column: str, amount: pl.Expr) -> dict[tuple[str, str], int]:
        jobs = frame.with_columns(job=pl.col("role").replace_strict(codes, default="23"))
        counted = jobs.group_by(column, "job").agg(amount.alias("n"))
        return {(o, j): int(n) for o, j, n in counted.rows()}

    started = by_job(year.filter(pl.col("kind").is_in(["joined", "moved"])), "to_organisation", pl.len())
    left = by_job(year.filter(pl.col("kind").is_in(["left", "moved"])), "from_organisation", pl.len())
    vacant = by_job(_vacant(frames), "organisation", pl.col("posts").sum())
    about = {row["organisation"]: row for row in frames["organisation"].rows(named=True)}
    rows = []
    for (code,), own in workers_.group_by("LOCALESTID", maintain_order=True):
        one = str(code)
        jobs = own.get_column("MAINJOBROLE").unique().sort().to_list()
        home = "care homes" in about[one]["name"]
        council = about[one]["kind"] == "council"
        rows.append(
            {
                "LOCALESTID": one,
                "STATUS": "UPDATE",
                "ESTNAME": about[one]["name"],
                "ADDRESS1": "1 Invented Street",
                "POSTTOWN": "Aldmoor",
                "POSTCODE": f"{about[one]['postcode_district']} 1ZZ",
                "ESTTYPE": "1" if council else "6",
                "PERMCQC": "1",
                "PERMLA": "1",
                "REGTYPE": "2" if not council else "0",
                "PROVNUM": "" if council else "1-999999999",
                "LOCATIONID": "" if council else "1-999999999",
                "MAINSERVICE": "2" if home else "8",
                "ALLSERVICES": "2" if home else "8",
                "CAPACITY": str(len(own) // 2) if home else "",
                "UTILISATION": str(round(len(own) * 0.44)) if home else "",
                "SERVICEUSERS": "1;2;5",
                "TOTALPERMTEMP": str(own.filter(pl.col("EMPLSTATUS").is_in(["1", "2"])).height),
                "ALLJOBROLES": ";".join(jobs),
                "STARTERS": ";".join(str(started.get((one, j), 0)) for j in jobs),
                "LEAVERS": ";".join(str(left.get((one, j), 0)) for j in jobs),
                "VACANCIES": ";".join(str(vacant.get((one, j), 0)) for j in jobs),
            }
        )
    full = [{name: row.get(name, "") for name in WORKPLACE} for row in rows]
    return pl.DataFrame(full, schema=dict.fromkeys(WORKPLACE, pl.String))


def _vacant(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Vacant posts by organisation and job: as told by providers, and the council's funded less in post."""
    now = pl.col("as_of") == AS_OF
    told = frames["vacancy"].filter(now).select("organisation", "role", "posts")
    filled = (
        frames["assignment"]
        .filter(now)
        .group_by("organisation", "role")
        .agg(pl.col("fte").cast(pl.Float64).sum().alias("in_post"))
    )
    funded = (
        frames["post"]
        .filter(now & (pl.col("sector") == "social_care_council"))
        .group_by("organisation", "role")
        .agg(pl.col("fte").cast(pl.Float64).sum().alias("funded"))
        .join(filled, on=["organisation", "role"], how="left")
    )
    gap = (pl.col("funded") - pl.col("in_post").fill_null(0)).clip(lower_bound=0).round().cast(pl.Int64)
    return pl.concat([told, funded.select("organisation", "role", posts=gap)])


def training(workers_: pl.DataFrame, seed: int) -> pl.DataFrame:
    """A clean training table: one course for some of the workers."""
    some = workers_.sample(fraction=0.2, seed=seed).sort("LOCALESTID", "UNIQUEWORKERID")
    rng = np.random.default_rng([seed, 34])
    days = rng.integers(1, 29, len(some))
    values: dict[str, pl.Expr | pl.Series] = {
        "LOCALESTID": pl.col("LOCALESTID"),
        "UNIQUEWORKERID": pl.col("UNIQUEWORKERID"),
        "CATEGORY": pl.Series(rng.choice(["8", "10", "14", "20", "31"], len(some))),
        "TRAININGNAME": pl.lit("Invented course"),
        "ACCREDITED": pl.Series(rng.choice(["1", "0", "999"], len(some))),
        "DATECOMPLETED": pl.Series([f"{d:02d}/03/2026" for d in days.tolist()]),
        "EXPIRYDATE": pl.Series([f"{d:02d}/03/2027" for d in days.tolist()]),
    }
    return some.select(_texts(values, TRAINING))


def damage_workers(table: Table) -> None:
    """Puts into a worker table what such tables have."""
    n = len(table.rows)
    table.each(scaled(8, n), "NINUMBER", lambda _: "Admin", "withheld_not_an_identifier", right="withheld")
    table.each(scaled(6, n), "CONTHOURS", lambda _: UNKNOWN, "do_not_know_is_no_count")
    table.each(scaled(4, n), "DAYSSICK", lambda _: UNKNOWN, "do_not_know_is_no_count")
    table.each(scaled(3, n), "CONTHOURS", lambda v: f"{float(v) * 10:.0f}", "decimal_point_lost")
    table.each(scaled(4, n), "DOB", short_year, "date_with_two_digit_year")
    table.each(scaled(1, n), "DOB", lambda v: f"30/02/{v[-4:]}", "date_that_does_not_exist")
    table.each(scaled(2, n), "MAINJOBROLE", lambda _: "77", "job_role_unknown")
    table.each(scaled(2, n), "ETHNICITY", lambda _: "1", "code_of_another_list")
    table.each(scaled(2, n), "LOCALESTID", lambda v: f"{v}X", "workplace_unknown")
    table.each(scaled(3, n), "EMPLSTATUS", lambda _: "4", "agency_worker_row", right="leave out")
    table.each(scaled(3, n), "EMPLSTATUS", lambda _: "3", "pool_or_bank_row", right="leave out")
    table.each(scaled(2, n), "STATUS", lambda _: "DELETE", "row_to_be_deleted", right="leave out")
    table.each(scaled(1, n), "UNIQUEWORKERID", lambda _: "", "identifier_missing")
    table.copy(scaled(2, n))


def damage_workplaces(table: Table) -> None:
    """Puts into a workplace table what such tables have."""
    for row in table.some(1, lambda c: c["VACANCIES"].count(";") > 1):
        shorter = row.cells["VACANCIES"].rpartition(";")[0]
        table.change(row, "VACANCIES", shorter, "parallel_lists_of_unequal_length")
    for row in table.some(1):
        table.change(
            row, "TOTALPERMTEMP", str(int(row.cells["TOTALPERMTEMP"]) + 7), "total_disagrees_with_workers"
        )
    for row in table.some(1):
        table.change(row, "VACANCIES", UNKNOWN, "do_not_know_is_no_count")


def write_asc_wds(
    out: Path, frames: dict[str, pl.DataFrame], known: pl.DataFrame, seed: int
) -> list[tuple[pl.DataFrame, Table]]:
    """Writes the files of every sender; returns each clean table with the damaged one."""
    written = []
    for n, (sender, codes) in enumerate(SENDERS.items()):
        rows = workers(frames["assignment"], known, codes, seed + n)
        if rows.is_empty():
            continue
        places = workplaces(rows, frames)
        for k, (kind, frame, damage) in enumerate(
            [
                ("workplace", places, damage_workplaces),
                ("worker", rows, damage_workers),
                ("training", training(rows, seed), None),
            ]
        ):
            name = f"INVENTED_{sender}_ASC_WDS_{kind}.csv"
            table = Table.of(name, frame, (seed, 35, n, k))
            clean = table.clean()
            if damage is not None:
                damage(table)
            write_csv(out / name, table)
            written.append((clean, table))
    return written
