"""Staff in post and leavers as trusts send them from ESR: four trusts, four ways of exporting the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from skillmix import reference
from skillmix.demonstration.extracts.dirt import Table, decimal_comma, scaled, serial, short_year
from skillmix.demonstration.extracts.writing import uk, write_csv, write_workbook

AS_OF = dt.date(2026, 6, 30)
BEFORE = dt.date(2026, 3, 31)
TRUSTS = ("ALD-01", "ALD-02", "ALD-03", "ALD-04")
#: Staff groups of the National Workforce Data Set, by family of professions.
_GROUPS = {
    "allied_health": "Allied Health Professionals",
    "allied_health_support": "Additional Clinical Services",
    "nursing": "Nursing and Midwifery Registered",
    "midwifery": "Nursing and Midwifery Registered",
    "medical": "Medical and Dental",
    "dental": "Medical and Dental",
    "pharmacy": "Additional Professional Scientific and Technical",
    "psychology": "Additional Professional Scientific and Technical",
    "social_work": "Additional Professional Scientific and Technical",
    "medical_associate": "Additional Professional Scientific and Technical",
    "healthcare_science": "Healthcare Scientists",
    "non_clinical": "Administrative and Clerical",
}
_BY_PROFESSION = {
    "operating_department_practitioner": "Additional Professional Scientific and Technical",
    "nursing_associate": "Additional Clinical Services",
    "estates_facilities": "Estates and Ancillary",
    "catering_domestic": "Estates and Ancillary",
    "pharmacy_technician": "Additional Professional Scientific and Technical",
}
#: What a column is called at a trust that does not use ESR's own heading.
SYNONYMS = {
    "ALD-02": {
        "FTE": "Assignment FTE",
        "Pay Grade": "Pay Band",
        "Date Of Birth": "DOB",
        "Latest Start Date": "Start Date (Latest)",
        "Org L3": "Directorate",
    },
    "ALD-03": {"Employee Number": "Emp No", "Contracted Hours": "Contr Hrs", "Gender": "Sex"},
}


def esr_words() -> pl.DataFrame:
    """How ESR calls each job: ``role, staff_group_sent, job_role_sent``."""
    roles = reference.table("roles").select(role="code", label="label", profession="profession")
    family = reference.table("professions").select(profession="code", family="family")
    named = (
        reference.table("role_mapping")
        .filter(pl.col("scheme") == "esr")
        .unique("role", keep="first", maintain_order=True)
        .select("role", job_role_sent="source_value")
    )
    words = roles.join(family, on="profession", how="left").join(named, on="role", how="left")
    group = pl.coalesce(
        pl.col("profession").replace_strict(_BY_PROFESSION, default=None, return_dtype=pl.String),
        pl.col("family").replace_strict(_GROUPS, default=None, return_dtype=pl.String),
        pl.lit("Additional Clinical Services"),
    )
    return words.select("role", staff_group_sent=group, job_role_sent=pl.coalesce("job_role_sent", "label"))


def esr_grade(style: str) -> dict[str, str]:
    """How a level is written: ``code`` (XR07), ``word`` (Band 7) or ``short`` (7, 8A)."""
    codes = {
        level: value
        for value, level in reference.table("level_mapping")
        .filter((pl.col("scheme") == "esr") & pl.col("source_value").str.starts_with("XR"))
        .select("source_value", "level")
        .rows()
    }
    grades = {}
    for level in codes:
        band = level.removeprefix("band_")
        grades[level] = {"code": codes[level], "word": f"Band {band}", "short": band.upper()}[style]
    return {**grades, "medical": "MD01", "local": "Local"}


def ethnic_origins() -> dict[str, str]:
    """How ESR writes each ethnic group: its letter and words; groups without a letter have another's."""
    listed = reference.table("ethnic_groups").select("code", "label", "broad", "nhs_code").rows()
    words = {code: f"{letter} {label}" for code, label, _, letter in listed if letter}
    instead = {"white": "C Any other White background", "other": "S Any other ethnic group"}
    return {code: words.get(code, instead.get(broad, "Z Not Stated")) for code, _, broad, _ in listed}


def staff_in_post(
    assignments: pl.DataFrame, known: pl.DataFrame, trust: str, style: str = "code", on: dt.date = AS_OF
) -> pl.DataFrame:
    """The clean staff-in-post table of a trust, in ESR's own headings.

    Args:
        assignments: the rows of every snapshot.
        known: what `identities` returns.
        trust: code of the trust.
        style: how grades are written, as in `esr_grade`.
        on: the snapshot.
    """
    rows = (
        assignments.filter((pl.col("as_of") == on) & (pl.col("organisation") == trust))
        .join(known, on="person_key", how="left", maintain_order="left")
        .join(esr_words(), on="role", how="left", maintain_order="left")
        .sort("employee_number", "fte", descending=[False, True])
        .with_columns(nth=pl.int_range(pl.len()).over("employee_number") + 1)
    )
    full = pl.col("fte") == pl.lit(1).cast(pl.Decimal(18, 9))
    return rows.select(
        pl.col("employee_number").alias("Employee Number"),
        pl.format("{}-{}", "employee_number", "nth").alias("Assignment Number"),
        pl.when(pl.col("nth") == 1).then(pl.lit("Yes")).otherwise(pl.lit("No")).alias("Primary Assignment"),
        pl.col("surname").alias("Last Name"),
        pl.col("forename").alias("First Name"),
        pl.col("ni_number").alias("NI Number"),
        uk("birth_date").alias("Date Of Birth"),
        pl.col("sex").str.to_titlecase().alias("Gender"),
        pl.col("ethnicity")
        .replace_strict(ethnic_origins(), default=None, return_dtype=pl.String)
        .fill_null("Z Not Stated")
        .alias("Ethnic Origin"),
        pl.lit(trust).alias("Org L2"),
        pl.col("staff_group_sent").alias("Org L3"),
        pl.col("team").alias("Org L4"),
        pl.format("{}-{}", pl.lit(trust), pl.col("role")).alias("Position Number"),
        pl.col("staff_group_sent").alias("Staff Group"),
        pl.col("job_role_sent").alias("Job Role"),
        pl.col("setting").str.replace_all("_", " ").str.to_titlecase().alias("Area Of Work"),
        pl.col("level").replace_strict(esr_grade(style), default="Local").alias("Pay Grade"),
        pl.col("fte").cast(pl.Decimal(18, 2)).alias("FTE"),
        pl.col("contracted_hours").cast(pl.Decimal(18, 2)).alias("Contracted Hours"),
        pl.when(full).then(pl.lit("Full Time")).otherwise(pl.lit("Part Time")).alias("Employee Category"),
        pl.lit("Active Assignment").alias("Assignment Status"),
        pl.when(pl.col("contract") == "fixed_term")
        .then(pl.lit("Fixed Term Temp"))
        .otherwise(pl.lit("Permanent"))
        .alias("Assignment Category"),
        uk("start_date").alias("Latest Start Date"),
        uk("start_in_level").alias("Start Date In Grade"),
    )


def damage_staff(table: Table, trust: str) -> None:
    """Puts into a staff-in-post table what such tables have."""
    n = len(table.rows)

    def band(cells: dict[str, str]) -> bool:
        return cells["Pay Grade"].startswith(("XR", "Band"))

    _note_above_one(table)
    table.each(scaled(4, n), "FTE", decimal_comma, "decimal_comma")
    table.each(scaled(3, n), "FTE", lambda _: "", "fte_missing_hours_given")
    table.each(
        scaled(4, n), "Contracted Hours", lambda v: f"{float(v) * 40 / 37.5:.2f}", "hours_do_not_fit_fte"
    )
    table.each(scaled(1, n), "FTE", lambda v: f"{float(v) * 100:.0f}", "fte_as_percentage")
    words = {v: k for k, v in esr_grade("code").items()}
    other = {c: w for level, c in esr_grade("code").items() if (w := esr_grade("word").get(level))}
    short = {c: w for level, c in esr_grade("code").items() if (w := esr_grade("short").get(level))}
    if any(cells.cells["Pay Grade"] in words for cells in table.rows):
        table.each(scaled(6, n), "Pay Grade", lambda v: other.get(v, v), "band_spelled_otherwise", band)
        table.each(scaled(6, n), "Pay Grade", lambda v: short.get(v, v), "band_spelled_otherwise", band)
    table.each(scaled(1, n), "Pay Grade", lambda _: "XR99", "band_unknown", band)
    table.each(scaled(5, n), "Date Of Birth", serial, "date_as_serial_number")
    table.each(scaled(5, n), "Latest Start Date", short_year, "date_with_two_digit_year")
    table.each(scaled(1, n), "Date Of Birth", lambda v: f"31/02/{v[-4:]}", "date_that_does_not_exist")
    table.each(scaled(1, n), "Date Of Birth", lambda _: "01/01/1900", "date_stands_for_unknown")
    table.each(scaled(1, n), "Latest Start Date", lambda _: "01/09/2027", "date_in_the_future")
    table.each(
        scaled(2, n),
        "Staff Group",
        lambda _: "Administrative and Clerical",
        "job_role_and_staff_group_disagree",
        lambda c: c["Staff Group"] == "Allied Health Professionals",
    )
    table.each(scaled(3, n), "Job Role", str.upper, "spelled_otherwise")
    table.each(scaled(3, n), "Job Role", lambda v: f" {v}\u00a0", "spaces_around")
    table.each(scaled(1, n), "Job Role", lambda _: "Zz Do Not Use", "job_role_unknown")
    table.each(scaled(4, n), "Gender", lambda v: v[0], "spelled_otherwise")
    table.each(scaled(3, n), "Ethnic Origin", lambda _: "", "value_missing")
    table.each(scaled(2, n), "NI Number", lambda _: "", "identifier_missing")
    table.each(scaled(1, n), "NI Number", lambda v: v[:-2], "identifier_too_short")
    pair = table.some(2, lambda c: bool(c["NI Number"]))
    if len(pair) == 2:
        table.change(pair[1], "NI Number", pair[0].cells["NI Number"], "identifier_of_another_person")
    table.copy(scaled(2, n))
    _insert_others(table, trust, n)


def _note_above_one(table: Table) -> None:
    total: dict[str, float] = {}
    for row in table.rows:
        number = row.cells["Employee Number"]
        total[number] = total.get(number, 0.0) + float(row.cells["FTE"])
    for row in table.rows:
        number = row.cells["Employee Number"]
        if total[number] > 1.0001 and row.cells["Primary Assignment"] == "No":
            table.note(row, "FTE", "person_above_one_fte", row.cells["FTE"], "ask the trust")


def _insert_others(table: Table, trust: str, n: int) -> None:
    """Rows that are no staff in post: bank, honorary, a board member, people who have left."""
    kinds = [("Bank", "bank_row", scaled(6, n)), ("Honorary", "honorary_row", scaled(1, n))]
    kinds.append(("Non-Exec Director/Chair", "non_executive_row", 1))
    k = 0
    for category, fault, many in kinds:
        for row in table.some(many):
            k += 1
            cells = {**row.cells, "Assignment Category": category, "FTE": "0.00", "Contracted Hours": "0.00"}
            cells |= {
                "Employee Number": f"{800_000_000 + k}",
                "Assignment Number": f"{800_000_000 + k}-1",
                "NI Number": f"QQ{k:06d}D",
                "Last Name": f"Surname9{k:04d}",
                "First Name": f"Forename9{k:04d}",
            }
            table.insert(cells, fault, at=int(table.rng.integers(0, len(table.rows))))
    for row in table.some(scaled(2, n)):
        k += 1
        cells = {
            **row.cells,
            "Assignment Status": "Terminate Assignment",
            "Employee Number": f"{800_000_000 + k}",
        }
        cells |= {"Assignment Number": f"{800_000_000 + k}-1", "NI Number": f"QQ{k:06d}D"}
        table.insert(cells, "assignment_has_ended", at=int(table.rng.integers(0, len(table.rows))))
    middle = len(table.rows) // 2
    table.insert({}, "blank_row", at=middle)
    if trust in ("ALD-03", "ALD-04"):
        table.insert(dict(zip(table.columns, table.heading_row(), strict=True)), "header_repeated", at=middle)
    total = sum(float(r.cells["FTE"]) for r in table.rows if r.cells["FTE"].replace(".", "", 1).isdigit())
    table.insert({"Employee Number": "Total", "FTE": f"{total:.2f}"}, "total_row")


def write_staff(
    out: Path, assignments: pl.DataFrame, known: pl.DataFrame, seed: int
) -> list[tuple[pl.DataFrame, Table]]:
    """Writes the staff-in-post files of the four trusts; returns each clean table with the damaged one.

    One trust sends the quarter before as well, so that joiners and leavers can be derived.
    """
    written = []
    for n, (trust, on) in enumerate([*((trust, AS_OF) for trust in TRUSTS), ("ALD-02", BEFORE)]):
        style = {"ALD-03": "word"}.get(trust, "code")
        frame = staff_in_post(assignments, known, trust, style, on)
        if trust == "ALD-04":
            frame = frame.drop("Area Of Work")
        suffix = {"ALD-03": "xlsx", "ALD-04": "txt"}.get(trust, "csv")
        name = f"INVENTED_{trust}_ESR_Staff_In_Post_{on}.{suffix}"
        book = suffix == "xlsx"
        table = Table.of(
            name, frame, (seed, 31, n), header=4 if book else 1, sheet="Staff In Post" if book else ""
        )
        table.headings = SYNONYMS.get(trust, {})
        clean = table.clean()
        for column, heading in table.headings.items():
            table.note(None, column, "heading_is_a_synonym", heading, column)
        if trust == "ALD-04":
            table.note(None, "Area Of Work", "column_missing", "", "unknown")
        damage_staff(table, trust)
        if book:
            dates = ("Date Of Birth", "Latest Start Date", "Start Date In Grade")
            for column in dates:
                table.convert(column, lambda value: serial(value) if _is_date(value) else value)
                table.note(None, column, "dates_as_serial_numbers", "every row", "dd/mm/yyyy")
            write_workbook(
                out / name,
                table,
                titles=["Aldmoor Mental Health", "Staff In Post at 30 June 2026"],
                numbers=(*dates, "FTE", "Contracted Hours"),
            )
        elif suffix == "txt":
            write_csv(out / name, table, encoding="utf-16", delimiter="\t", blank_columns=2)
            table.note(None, "", "encoding_utf_16_with_tabs", "", "")
        elif trust == "ALD-02":
            table.each(
                10,
                "Org L4",
                lambda v: f"{v} \u2013 caf\u00e9 \u00a3",
                "windows_1252_characters",
                lambda _: True,
            )
            write_csv(out / name, table, encoding="cp1252")
            table.note(None, "", "encoding_windows_1252", "", "")
        else:
            write_csv(out / name, table, encoding="utf-8-sig")
        written.append((clean, table))
    return written


def _is_date(value: str) -> bool:
    parts = value.split("/")
    if len(parts) != 3 or len(parts[2]) != 4:
        return False
    try:
        dt.date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return False
    return True
