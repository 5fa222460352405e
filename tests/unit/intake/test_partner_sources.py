"""What partners' systems send becomes facts: the tables, the sums, and the one-page return as a file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from partner_files import AS_OF, SOUND, sent, sound

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake import one_page
from skillmix.intake.declarations import plain
from skillmix.intake.readers import open_tables
from skillmix.intake.sent import Sent
from skillmix.intake.understanding import Boundary, Understood
from skillmix.place import Place, PlaceOrganisation, Scope

pytestmark = pytest.mark.unit

WITHIN = Boundary(frozenset({"RXX"}), only="RXX", sectors=(("RXX", "social_care_independent"),))


def _read(source: str, *rows: dict[str, str]) -> Understood:
    whose = [{"Organisation Code": "RXX", **row} for row in rows]
    return intake.understand(sent(*whose), source, boundary=WITHIN, as_of=AS_OF)


def _only(read: Understood, table: str) -> dict[str, object]:
    assert list(read.tables) == [table]
    return read.tables[table].row(0, named=True)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.create(
        tmp_path / "place",
        name="A place",
        code="P",
        organisations=[
            PlaceOrganisation("RXX", "A trust", "acute", "acute_trust"),
            PlaceOrganisation("H1", "A home", "social_care_independent", "care_provider"),
        ],
    )


@pytest.mark.parametrize("source", SOUND)
def test_a_file_is_recognised_by_its_headings_and_stored(source: str, place: Place) -> None:
    staged = intake.stage(place, sent(sound(source)), organisation="RXX", as_of=AS_OF)
    assert staged.source == source
    receipt = intake.store(place, staged, publish=True)
    assert sum(receipt.rows_loaded.values()) >= 1
    facts = place.read(Scope.controller("test"))
    for table, rows in receipt.rows_loaded.items():
        assert facts.table(table).collect().height == rows


@pytest.mark.parametrize("source", SOUND)
def test_its_template_filled_in_is_understood(source: str) -> None:
    sheet, *_ = open_tables(intake.template(source), "template.xlsx")
    headings = [cell for cell in sheet.preview[0] if cell]
    wanted = intake.field_map(source).wanted
    row = {wanted[plain(h)]: value for h, value in SOUND[source].items()}
    columns = intake.field_map(source).columns
    first = {columns[key].headings[0]: key for key in columns}
    read = _read(source, {h: row.get(first[h], "") for h in headings if h != "Organisation Code"})
    assert read.rows_loaded == 1


def test_a_vacancy_is_of_the_month_of_its_approval() -> None:
    fact = _only(_read("recruitment", sound("recruitment")), "recruitment")
    assert fact["as_of"] == fact["approved"] == dt.date(2026, 2, 1)
    assert (fact["period"], fact["role"], fact["level"]) == ("2026-02", "physiotherapist", "band_6")
    assert (fact["applicants"], fact["appointed"], fact["days_to_hire"]) == (12, 1, 90)
    later = _only(_read("recruitment", sound("recruitment", Approved_Date="")), "recruitment")
    assert later["as_of"] == dt.date(2026, 2, 10)


def test_a_negative_time_to_hire_is_not_loaded_and_its_days_are_suggested() -> None:
    read = _read("recruitment", sound("recruitment", **{"Time_To_Hire_(days)": "-90"}))
    assert _only(read, "recruitment")["days_to_hire"] is None
    assert read.findings.get_column("suggestion").to_list() == ["90"]


@pytest.mark.parametrize(
    ("course", "programme", "profession"),
    [
        ("Degree apprenticeship: Podiatrist", "degree_apprenticeship", "podiatrist"),
        ("BSc (Hons) Physiotherapy", "degree", "physiotherapist"),
        ("MSc Occupational Therapy (pre-registration)", "masters", "occupational_therapist"),
        ("BSc Nursing (Adult)", "degree", "nurse_adult"),
        ("BSc (Hons) apprenticeship Dietetics", "degree_apprenticeship", "dietitian"),
        (
            "Nursing associate apprenticeship: Nursing associate",
            "nursing_associate_apprenticeship",
            "nursing_associate",
        ),
    ],
)
def test_a_course_is_a_programme_and_a_profession(course: str, programme: str, profession: str) -> None:
    fact = _only(_read("learners", sound("learners", Course=course)), "learner")
    assert (fact["programme"], fact["profession"]) == (programme, profession)
    assert (fact["employer"], fact["status"], fact["sex"]) == ("ALD-01", "active", "female")


def test_a_subject_alone_names_no_programme() -> None:
    read = _read("learners", sound("learners", Course="Social Work"))
    assert (read.rows_loaded, read.rows_set_aside) == (0, 1)


def test_a_placement_is_a_block_with_a_number_of_learners() -> None:
    fact = _only(_read("placements", sound("placements")), "placement")
    assert (fact["profession"], fact["programme"], fact["students"]) == ("physiotherapist", "degree", 4)
    assert (fact["weeks"], fact["hours"], fact["status"]) == (Decimal(6), Decimal(200), "confirmed")


def test_a_plan_is_planned_and_counted_by_no_measure(place: Place) -> None:
    from skillmix import measures

    fact = _only(_read("planned_recruitment", sound("planned_recruitment")), "planned")
    assert (fact["starts"], fact["funding"], fact["certainty"]) == (dt.date(2026, 9, 1), "arrs", "approved")
    assert (fact["fte"], fact["cost_annual"]) == (Decimal("1.5"), Decimal(90_000))
    intake.submit(
        place,
        sent(sound("planned_recruitment")),
        source="planned_recruitment",
        organisation="RXX",
        as_of=AS_OF,
    )
    facts = place.read(Scope.controller("test"))
    staff = measures.overview(facts).frame
    assert staff.filter(pl.col("fte").is_not_null()).is_empty()


def test_bookings_keep_what_nobody_worked() -> None:
    fact = _only(_read("bank_bookings", sound("bank_bookings")), "booking")
    assert (fact["hours_requested"], fact["hours_bank"], fact["hours_unfilled"]) == (
        Decimal(23), Decimal("11.5"), Decimal("11.5"),
    )  # fmt: skip
    assert (fact["as_of"], fact["role"], fact["reason"]) == (dt.date(2026, 6, 5), "nurse_adult", "sickness")


def test_groups_that_are_one_nationally_are_added_up_and_totals_tie() -> None:
    def group(name: str, **changes: str) -> dict[str, str]:
        return sound("provider_workforce_return", Staff_Group=name, **changes)

    both = {
        "Establishment_WTE": "200",
        "Substantive_WTE": "180",
        "Headcount": "200",
        "Bank_WTE": "4",
        "Agency_WTE": "2",
        "Vacancies_WTE": "20",
        "Sickness_FTE_Days_Lost": "270",
        "FTE_Days_Available": "5400",
    }
    read = _read(
        "provider_workforce_return",
        group("Allied health professionals"),
        group("Health care scientists"),
        group("All staff", **both),
    )
    assert read.findings.is_empty()
    assert (read.rows_read, read.rows_loaded) == (3, 3)
    stock = read.tables["stock"].select("grain", "staff_group", "headcount", "fte").sort("grain")
    assert stock.rows() == [
        ("organisation", None, 200, Decimal(180)),
        ("organisation,staff_group", "scientific_therapeutic_technical", 200, Decimal(180)),
    ]
    vacancy = read.tables["vacancy"]
    assert vacancy.select("basis", "staff_group", "fte").rows() == [
        ("ledger", "scientific_therapeutic_technical", Decimal(20))
    ]
    ledger = read.tables["ledger"].select("staff_kind", "fte_budgeted", "fte_contracted", "fte_paid")
    assert ledger.rows() == [
        ("substantive", Decimal(200), Decimal(180), None),
        ("bank", None, None, Decimal(4)),
        ("agency", None, None, Decimal(2)),
    ]
    absence = read.tables["absence"].select("staff_group", "days_lost", "days_available").sort("staff_group")
    assert absence.rows() == [
        (None, Decimal(270), Decimal(5400)),
        ("scientific_therapeutic_technical", Decimal(270), Decimal(5400)),
    ]


def test_a_group_over_its_establishment_has_no_vacancy_and_stays_in_the_ledger() -> None:
    over = {"Establishment_WTE": "85", "Vacancies_WTE": "-5"}
    read = _read("provider_workforce_return", sound("provider_workforce_return", **over))
    assert read.tables["vacancy"].get_column("fte").to_list() == [None]
    assert read.tables["ledger"].get_column("fte_budgeted").to_list() == [Decimal(85), None, None]


@pytest.mark.parametrize("month", ["Jun-26", "June 2026", "2026-06", "202606", "15/06/2026", "46203"])
def test_a_month_is_understood_as_it_is_written(month: str) -> None:
    fact = _only(_read("absence", sound("absence", Month=month)), "absence")
    assert (fact["as_of"], fact["period"]) == (dt.date(2026, 6, 30), "2026-06")


def test_a_list_of_single_absences_is_refused() -> None:
    row = sound("absence") | {"Absence Reason": "S98 Other", "Employee Number": "1"}
    with pytest.raises(InputError, match="a list of single absences") as refused:
        _read("absence", row)
    assert "S98" not in str(refused.value)


def test_a_return_as_a_file_becomes_what_the_page_makes_of_it(place: Place) -> None:
    staged = intake.stage(
        place, sent(sound("one_page_return")), source="one_page_return", organisation="H1", as_of=AS_OF
    )
    wanted = intake.field_map("one_page_return").wanted
    answers = {wanted[plain(h)]: value for h, value in SOUND["one_page_return"].items()}
    page = one_page.tables(place.organisations["H1"], AS_OF, answers)
    assert set(staged.tables) == set(page)
    for name, facts in staged.tables.items():
        same = facts.columns
        assert facts.cast(pl.String).equals(
            page[name]
            .select(same)
            .with_columns(pl.col(c).cast(facts.schema[c]) for c in same)
            .cast(pl.String)
        )
    assert staged.tables["learner"].get_column("profession").unique().to_list() == ["care_worker"]
    assert staged.tables["vacancy"].get_column("basis").to_list() == ["asc_posts"]
    staged.write(place.path.parent / "staged")
    again = intake.Staged.read(place.path.parent / "staged")
    assert again.boundary == staged.boundary


def test_an_empty_cell_of_a_return_is_not_known() -> None:
    read = _read("one_page_return", sound("one_page_return", Posts_that_are_vacant=""))
    assert "vacancy" not in read.tables


def test_the_page_asks_the_rules_of_the_file() -> None:
    answers = dict.fromkeys(one_page.KEYS) | {"people": "10", "fte": "40", "apprentices": "12"}
    assert one_page.problems(answers) == {
        "apprentices": "12: there are more apprentices than people. Check both numbers.",
        "fte": "40: that is too many full-time equivalents for so many people. Check both numbers.",
    }
    assert one_page.problems(dict.fromkeys(one_page.KEYS)) == {
        "people": "No number is given. Give at least one number."
    }


def test_a_return_without_a_day_is_refused() -> None:
    with pytest.raises(InputError, match="does not say what date"):
        intake.understand(
            Sent("r.csv", sent({"Organisation Code": "RXX", **sound("one_page_return")}).data),
            "one_page_return",
            boundary=WITHIN,
        )
