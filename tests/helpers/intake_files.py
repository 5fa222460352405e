"""Files in the forms that publishers use, invented, small."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from skillmix.place import Place, PlaceOrganisation

PCN = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,STAFF_GROUP,STAFF_ROLE,"
    "DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
SICKNESS = "DATE,ORG_CODE,ORG_NAME,FTE_DAYS_LOST,FTE_DAYS_AVAILABLE"
PRACTICES = (
    "EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,"
    "SUB_ICB_LOCATION_CODE,ICB_CODE"
)
GP = (
    "Practice.Code,Year,TOTAL_GP_EXTGL_FTE,TOTAL_LOCUUM_TRN_FTE,TOTAL_NURSES_FTE,TOTAL_DPC_FTE,"
    "TOTAL_ADMIN_FTE"
)
DIRECT = "Other Direct Patient Care staff"
ADMIN = "Other Admin/Non-clinical staff"


def job(
    role: str = "Pharmacist",
    fte: str = "1",
    person: str = "17",
    network: str = "U10001",
    *,
    group: str = DIRECT,
    kind: str = "NWRS Staff",
) -> str:
    """A row of the network workforce: a person's job."""
    return f"{kind},2026,6,{network},A PCN,01A,{group},{role}s,{role},{fte},{person}"


def line(fte: str = "0.5", role: str = "Paramedic") -> str:
    """A row of the network workforce: a line of contracted services."""
    return job(role, fte, "", kind="NWRS contracted services")


def write(folder: Path, *rows: str, headings: str = PCN, name: str = "sent.csv") -> Path:
    """A CSV file of headings and rows."""
    path = folder / name
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def own_map(folder: Path, text: str) -> Path:
    """A field map of one's own."""
    path = folder / "own.toml"
    head = (
        'name="own"\ntitle="Own"\npublisher="P"\nlicence="L"\ndescribe="D"\norigin="published"\ngrain="g"\n'
    )
    path.write_text(head + text, encoding="utf-8")
    return path


def somewhere(folder: Path) -> Place:
    """A place of one network and one trust, of which 0.6 serves it."""
    return Place.create(
        folder / "place",
        name="Somewhere",
        code="01A",
        sub_icb="01A",
        areas=["E08000001"],
        organisations=[
            PlaceOrganisation("U10001", "One PCN", "primary_care", "network", parent="01A"),
            PlaceOrganisation(
                "RXX", "A trust", "acute", "acute_trust", share_place=Decimal("0.6"), share_basis="catchment"
            ),
        ],
    )
