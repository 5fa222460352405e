"""The sources that are carried, each in small."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from intake_files import write

from skillmix import intake

pytestmark = pytest.mark.unit


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
    understood = intake.understand(write(tmp_path, *rows, headings=head), "practices")
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
    understood = intake.understand(write(tmp_path, *rows, headings=head), "hchs_turnover")
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
    file = write(tmp_path, '"A81001","2024",2.1,NA,0,0.3,NA', headings=head)
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
    understood = intake.understand(write(tmp_path, *rows, headings=head), "hchs_turnover")
    kinds = understood.tables["flow"].group_by("organisation", maintain_order=True).agg("kind").rows()
    assert kinds == [("RXX", ["start"]), ("RYY", ["start", "joiners", "leavers", "end"])]
    assert understood.rows_set_aside == 1
