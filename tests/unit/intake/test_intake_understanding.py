"""Understanding: from a file to facts and findings, by declaration alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake import fieldmap
from skillmix.intake.pseudonyms import KeyRing
from skillmix.intake.understanding import Boundary

pytestmark = pytest.mark.unit

HEADINGS = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,STAFF_GROUP,STAFF_ROLE,"
    "DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
DIRECT = "Other Direct Patient Care staff"
ADMIN = "Other Admin/Non-clinical staff"


def _job(
    job: str = "Pharmacist",
    fte: str = "1",
    person: str = "17",
    network: str = "U10001",
    *,
    group: str = DIRECT,
    kind: str = "NWRS Staff",
) -> str:
    return f"{kind},2026,6,{network},A PCN,01A,{group},{job}s,{job},{fte},{person}"


def _file(folder: Path, *rows: str, headings: str = HEADINGS, name: str = "pcn.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def _map(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    head = (
        'name="own"\ntitle="Own"\npublisher="P"\nlicence="L"\ndescribe="D"\norigin="published"\ngrain="g"\n'
    )
    path.write_text(head + text, encoding="utf-8")
    return path


def test_a_job_and_a_line_become_assignments(tmp_path: Path) -> None:
    line = _job("Paramedic", "0.986666667", "", kind="NWRS contracted services")
    understood = intake.understand(_file(tmp_path, _job(), line))
    assert understood.source.name == "pcn_individual"
    facts = understood.tables["assignment"]
    job, contracted = facts.iter_rows(named=True)
    assert job["organisation"] == job["workplace"] == job["employer"] == "U10001"
    assert (job["as_of"], job["period"], job["row"]) == (dt.date(2026, 6, 30), "2026-06", 2)
    assert (job["role"], job["profession"], job["registered"]) == ("clinical_pharmacist", "pharmacist", True)
    assert (job["staff_group"], job["contract"], job["fte"]) == ("direct_patient_care", None, Decimal(1))
    assert contracted["person_key"] is None
    assert contracted["employer"] is None
    assert contracted["contract"] == "contracted_service"
    assert contracted["fte"] == Decimal("0.986666667")
    assert understood.as_of == dt.date(2026, 6, 30)


def test_the_same_word_means_another_role_in_another_staff_group(tmp_path: Path) -> None:
    facts = intake.understand(
        _file(tmp_path, _job("Other"), _job("Other", group=ADMIN), _job("Other", group="Other Nurses"))
    ).tables["assignment"]
    assert facts.get_column("role").n_unique() == 3
    assert facts.get_column("role").null_count() == 0


def test_an_unmapped_role_is_kept_and_reported_with_the_nearest(tmp_path: Path) -> None:
    understood = intake.understand(_file(tmp_path, _job("Pharmacy Technicion"), _job()))
    facts = understood.tables["assignment"]
    assert facts.select("role_as_sent", "role", "staff_group").row(0) == (
        "Pharmacy Technicion",
        None,
        "direct_patient_care",
    )
    (found,) = understood.findings.iter_rows(named=True)
    assert (found["row"], found["column"], found["value"]) == (
        2,
        "DETAILED_STAFF_ROLE",
        "Pharmacy Technicion",
    )
    assert found["rule"] == "unmapped"
    assert not found["aside"]
    assert "'Pharmacy Technician' (pharmacy_technician)" in found["cure"]
    assert understood.rows_set_aside == 0


def test_dashes_and_case_do_not_part_a_role_from_its_list(tmp_path: Path) -> None:
    facts = intake.understand(_file(tmp_path, _job("clinical director - medical", group="Directors"))).tables[
        "assignment"
    ]
    assert facts.get_column("role").item() == "clinical_director_medical"


def test_the_identifier_is_hashed_within_its_release_and_kept_nowhere(tmp_path: Path) -> None:
    ring = KeyRing("k1", bytes(32))
    june = intake.understand(_file(tmp_path, _job(person="987654")), keys=lambda: ring)
    march = intake.understand(
        _file(tmp_path, _job(person="987654").replace(",2026,6,", ",2026,3,")), keys=lambda: ring
    )
    one = june.tables["assignment"].get_column("person_key").item()
    other = march.tables["assignment"].get_column("person_key").item()
    assert one == ring.pseudonym("nwrs", "2026|6|", "987654")
    assert one != other
    assert june.sent.get_column("UNIQUE_IDENTIFIER").item() == one
    assert "987654" not in str(june.sent.rows()) + str(june.tables["assignment"].rows())


def test_rows_about_others_are_counted_and_not_checked(tmp_path: Path) -> None:
    mine = Boundary(organisations=frozenset({"U10001"}))
    understood = intake.understand(
        _file(tmp_path, _job(), _job(fte="1,0".join('""'), network="U20002")), boundary=mine
    )
    assert (understood.rows_read, understood.rows_loaded, understood.rows_outside) == (2, 1, 1)
    assert understood.findings.is_empty()


def test_every_row_of_the_sub_icb_is_the_places(tmp_path: Path) -> None:
    here = Boundary(organisations=frozenset({"U10001"}), sub_icb="01A")
    understood = intake.understand(_file(tmp_path, _job(), _job(network="U20002")), boundary=here)
    assert understood.rows_loaded == 2
    assert understood.organisations.rows() == [
        ("U10001", "A PCN", "network", "primary_care", "01A"),
        ("U20002", "A PCN", "network", "primary_care", "01A"),
    ]


def test_one_organisation_may_be_asked_for(tmp_path: Path) -> None:
    one = Boundary(organisations=frozenset({"U10001", "U20002"}), sub_icb="01A", only="U20002")
    understood = intake.understand(_file(tmp_path, _job(), _job(network="U20002")), boundary=one)
    assert understood.tables["assignment"].get_column("organisation").to_list() == ["U20002"]


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    here = Boundary(organisations=frozenset({"U10001"}))
    rows = [_job(), _job(fte="x"), _job(person=""), _job(network="U20002"), "", HEADINGS, _job() + ",,x"]
    understood = intake.understand(_file(tmp_path, *rows), boundary=here)
    assert understood.rows_read == 6  # the blank line is none
    accounted = (
        understood.rows_loaded
        + understood.rows_set_aside
        + understood.rows_outside
        + understood.rows_not_used
    )
    assert accounted == understood.rows_read
    assert understood.set_aside.select("row", "rule").rows() == [
        (3, "not_a_number"),
        (4, "no_person"),
        (7, "repeated_headings"),
        (8, "too_many_cells"),
    ]
    assert understood.sent.get_column("row").to_list() == [2, 3, 4, 5]


def test_titles_above_and_other_spellings_of_headings_are_found(tmp_path: Path) -> None:
    spelt = HEADINGS.replace("DETAILED_STAFF_ROLE", "Detailed staff role").replace("FTE", " fte ")
    titles = "Primary Care Network Workforce\nJune 2026\n\n"
    understood = intake.understand(_file(tmp_path, _job(), headings=titles + spelt))
    assert understood.tables["assignment"].get_column("row").to_list() == [5]
    assert "The headings stand in row 4; rows 1 to 3 were read as titles and not loaded." in understood.notes


WIDE = """
[columns.code]
headings = ["Team Code"]
required = true
[columns.adult]
headings = ["Nurses Adult", "Adult"]
cast = "quantity"
[columns.child]
headings = ["Nurses Child", "Child"]
cast = "quantity"
[columns.kind]
headings = ["Kind"]
optional = true
[within]
organisation = "code"
[[tables]]
name = "stock"
unless = ["fte"]
[tables.values]
organisation = "code"
grain = { constant = "organisation,profession" }
[[tables.each]]
profession = { constant = "nurse_adult" }
fte = "adult"
[[tables.each]]
profession = { constant = "nurse_children" }
fte = "child"
"""


def test_wide_rows_become_long_facts_with_numbers_of_their_own(tmp_path: Path) -> None:
    own = _map(tmp_path, WIDE)
    file = _file(tmp_path, "A,1.5,0", "B,NA,2", headings="Team Code,Adult,Child")
    understood = intake.understand(file, own, as_of=dt.date(2026, 6, 30))
    assert understood.tables["stock"].select("row", "organisation", "profession", "fte").rows() == [
        (3, "A", "nurse_adult", Decimal("1.5")),
        (4, "A", "nurse_children", Decimal(0)),  # nought is a figure
        (6, "B", "nurse_children", Decimal(2)),  # NA is none
    ]
    assert understood.rows_loaded == 2
    assert "The file has no Kind; what they tell is not known." in understood.notes


def test_headings_over_two_rows_are_read_together(tmp_path: Path) -> None:
    own = _map(
        tmp_path, WIDE.replace('["Nurses Adult", "Adult"]', '["Nurses Adult"]').replace(', "Child"]', "]")
    )
    file = _file(tmp_path, ",Adult,Child", "A,1,2", headings="Team Code,Nurses,")
    understood = intake.understand(file, own, as_of=dt.date(2026, 6, 30))
    assert understood.tables["stock"].get_column("fte").to_list() == [Decimal(1), Decimal(2)]
    assert "The headings stand over two rows, 1 and 2, and were read together." in understood.notes


def test_a_source_without_a_date_asks_for_one(tmp_path: Path) -> None:
    own = _map(tmp_path, WIDE)
    with pytest.raises(InputError, match="Give the date with --as-of"):
        intake.understand(_file(tmp_path, "A,1,2", headings="Team Code,Adult,Child"), own)


def test_a_date_that_the_file_contradicts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="true for 2026-06-30, not for 2026-03-31"):
        intake.understand(_file(tmp_path, _job()), as_of=dt.date(2026, 3, 31))


def test_what_a_partner_sends_is_kept_without_columns_that_nobody_declared(tmp_path: Path) -> None:
    own = _map(tmp_path, WIDE)
    own.write_text(own.read_text().replace('origin="published"', 'origin="sent"'))
    file = _file(tmp_path, "A,1,2,Lovelace", "Z,1,2,Hopper", headings="Team Code,Adult,Child,Surname")
    understood = intake.understand(
        file, own, as_of=dt.date(2026, 6, 30), boundary=Boundary(organisations=frozenset({"A"}))
    )
    assert understood.sent.columns == ["row", "Team Code", "Adult", "Child"]
    assert understood.sent.height == 1
    assert any("neither read nor kept: Surname" in note for note in understood.notes)


def test_equal_facts_of_many_rows_are_one(tmp_path: Path) -> None:
    head = (
        "EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,"
        "PCN_CODE,PCN_NAME,SUB_ICB_LOCATION_CODE,ICB_CODE"
    )
    rows = [
        "01Jul2026,A10001,ONE,LS1 2AB,U10001,A PCN,01A,QQQ",
        "01Jul2026,A10002,TWO,LS2 3CD,U10001,A PCN,01A,QQQ",
        "01Jul2026,A10003,THREE,,U,Unallocated,01A,QQQ",
    ]
    understood = intake.understand(_file(tmp_path, *rows, headings=head), "practices")
    facts = understood.tables["organisation"]
    assert facts.select("organisation", "kind", "parent", "postcode_district").rows() == [
        ("A10001", "practice", "U10001", "LS1"),
        ("U10001", "network", "01A", None),
        ("A10002", "practice", "U10001", "LS2"),
        ("A10003", "practice", "01A", None),
    ]
    assert facts.get_column("name").to_list() == ["One", "A PCN", "Two", "Three"]
    assert facts.get_column("row").n_unique() == 4
    assert facts.get_column("as_of").unique().to_list() == [dt.date(2026, 7, 1)]
    assert "1 of the place's practices have no network." in understood.notes
    assert understood.rows_loaded == 3


def test_turnover_becomes_flow_and_stock(tmp_path: Path) -> None:
    head = "PERIOD,TYPE,REPORTING_ORG_NAME,REPORTING_ORG_CODE,STAFF_GROUP_1_NAME,HC,FTE"
    rows = [
        f"202510 to 202511,{kind},A,RXX,{group},{hc},{fte}"
        for kind, group, hc, fte in [
            ("Denominator at start of period", "All staff groups", 10, "9.5"),
            ("Denominator at end of period", "All staff groups", 11, "10.25"),
            ("Denominator at end of period", "Midwives", 3, "2.5"),
            ("Joiners", "Midwives", 1, "0.5"),
        ]
    ]
    understood = intake.understand(_file(tmp_path, *rows, headings=head), "hchs_turnover")
    assert (understood.rows_read, understood.rows_loaded, understood.rows_not_used) == (4, 4, 0)
    tables = understood.tables
    assert tables["flow"].select("kind", "grain", "staff_group", "headcount", "starts", "ends").rows() == [
        ("start", "organisation", None, 10, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
        ("end", "organisation", None, 11, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
        ("end", "organisation,staff_group", "midwives", 3, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
        ("joiners", "organisation,staff_group", "midwives", 1, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
        # What the file leaves out is nought, and numbered on after its last row.
        ("joiners", "organisation", None, 0, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
        ("leavers", "organisation", None, 0, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
        ("start", "organisation,staff_group", "midwives", 0, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
        ("leavers", "organisation,staff_group", "midwives", 0, dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
    ]
    assert tables["flow"].get_column("row").to_list() == [2, 3, 4, 5, 6, 7, 8, 9]
    assert tables["stock"].select("grain", "headcount", "fte").rows() == [
        ("organisation", 11, Decimal("10.25")),
        ("organisation,staff_group", 3, Decimal("2.5")),
    ]
    assert tables["stock"].get_column("basis").unique().to_list() == ["excluding resident doctors and bank"]


def test_no_data_is_not_nought_in_practice_workforce(tmp_path: Path) -> None:
    head = (
        '"Practice.Code","Year","TOTAL_GP_EXTGL_FTE","TOTAL_LOCUUM_TRN_FTE","TOTAL_NURSES_FTE",'
        '"TOTAL_DPC_FTE","TOTAL_ADMIN_FTE"'
    )
    file = _file(tmp_path, '"A81001","2024",2.1,NA,0,0.3,NA', headings=head)
    understood = intake.understand(file)
    assert understood.edition == "2024-12-31"
    stock = understood.tables["stock"]
    facts = dict(
        stock.filter(pl.col("grain") == "organisation,staff_group").select("staff_group", "fte").iter_rows()
    )
    # A sum of which a part is not known is not known.
    assert stock.filter(pl.col("grain") == "organisation").get_column("fte").to_list() == [None]
    assert facts == {
        "general_practitioners": None,  # a sum of which a part is not known is not known
        "general_practice_nurses": Decimal(0),
        "direct_patient_care": Decimal("0.3"),
        "admin_non_clinical": None,
    }


def test_an_own_map_may_look_words_up_in_a_list(tmp_path: Path) -> None:
    text = WIDE.replace(
        'profession = { constant = "nurse_adult" }',
        'staff_group = { lookup = { list = "staff_group_mapping", where = { scheme = "hchs" }, '
        'value = "staff_group", on = "kind", key = "source_value", unmapped = "set_aside" } }',
    )
    file = _file(tmp_path, "A,1,2,Midwives", "B,1,2,Midwifes", headings="Team Code,Adult,Child,Kind")
    understood = intake.understand(file, _map(tmp_path, text), as_of=dt.date(2026, 6, 30))
    assert understood.tables["stock"].get_column("organisation").unique().to_list() == ["A"]
    assert understood.set_aside.select("row", "value").rows() == [(3, "Midwifes")]


def test_a_lookup_of_nothing_declared_is_refused(tmp_path: Path) -> None:
    text = WIDE.replace(
        'profession = { constant = "nurse_adult" }',
        'role = { lookup = { list = "roles", value = "code", on = "job", key = "code" } }',
    )
    with pytest.raises(InputError, match="there is no 'job'"):
        intake.understand(
            _file(tmp_path, "A,1,2", headings="Team Code,Adult,Child"),
            fieldmap.field_map(_map(tmp_path, text)),
            as_of=dt.date(2026, 6, 30),
        )


def test_facts_are_the_same_from_csv_parquet_and_zip(tmp_path: Path) -> None:
    csv = _file(tmp_path, _job(), _job("Paramedic", person="3"), name="pcn.csv")
    pl.read_csv(csv, infer_schema=False).write_parquet(tmp_path / "pcn.parquet")
    with zipfile.ZipFile(tmp_path / "pcn.zip", "w") as archive:
        archive.write(csv, "1. Individual Level.csv")
    ring = KeyRing("k1", bytes(32))
    read = [
        intake.understand(tmp_path / f"pcn.{ending}", keys=lambda: ring).tables["assignment"]
        for ending in ("csv", "parquet", "zip")
    ]
    assert read[0].equals(read[1])
    assert read[0].equals(read[2])


def test_a_quotation_mark_left_open_is_no_half_loaded_file(tmp_path: Path) -> None:
    opened = _job("Pharmacist").replace("A PCN", '"A PCN')
    with pytest.raises(InputError, match="opened and not closed") as refused:
        intake.understand(_file(tmp_path, _job(), opened, *[_job()] * 5, _job().replace("A PCN", 'A PCN"')))
    assert refused.value.where[0].row == 3


def test_many_long_rows_are_told_apart_from_each_other(tmp_path: Path) -> None:
    understood = intake.understand(_file(tmp_path, _job() + ",x", _job(), _job() + ",y,z"))
    assert understood.set_aside.select("row", "value").rows() == [(2, "12 cells"), (4, "13 cells")]


_BASE = "\n".join([HEADINGS, _job(), _job("Other Director", group="Directors", person="5")]).encode()


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(_BASE)),
            st.integers(0, 30),
            st.sampled_from([b"", b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b"1,0", b"\xe2\x80\x93"]),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["utf-8", "utf-16", "zip"]),
)
def test_damage_is_told_in_plain_words_and_loses_no_row(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, bytes]], form: str
) -> None:
    data = _BASE.decode().encode("utf-16") if form == "utf-16" else _BASE
    if form == "zip":
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("1. Individual Level.csv", _BASE)
        data = whole.getvalue()
    for at, length, put in cuts:
        data = data[:at] + put + data[at + length :]
    file = tmp_path_factory.mktemp("damaged") / "sent.csv"
    file.write_bytes(data)
    read, parts, cure = 0, [0], "mend it"
    try:
        done = intake.understand(file, "pcn_individual")
        read = done.rows_read
        parts = [done.rows_loaded, done.rows_set_aside, done.rows_outside, done.rows_not_used]
    except InputError as refused:
        cure = refused.cure
    assert cure
    assert sum(parts) == read


def test_a_row_that_was_set_aside_is_not_filled_in_as_nought(tmp_path: Path) -> None:
    head = "PERIOD,TYPE,REPORTING_ORG_CODE,STAFF_GROUP_1_NAME,HC,FTE"
    rows = [
        f"202510 to 202511,{kind},{code},Midwives,{count},1"
        for kind, code, count in [
            ("Denominator at start of period", "RXX", "10"),
            ("Joiners", "RXX", "ten"),
            ("Denominator at start of period", "RYY", "10"),
        ]
    ]
    understood = intake.understand(_file(tmp_path, *rows, headings=head), "hchs_turnover")
    kinds = understood.tables["flow"].group_by("organisation", maintain_order=True).agg("kind").rows()
    assert kinds == [("RXX", ["start"]), ("RYY", ["start", "joiners", "leavers", "end"])]
    assert understood.rows_set_aside == 1
