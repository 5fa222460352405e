"""Whose a file is: another organisation's rows and another report are never taken for what was asked for."""

from __future__ import annotations

import pytest
from esr_exports import AS_OF, HEADINGS, export, person

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake import Sent
from skillmix.intake.understanding import Boundary, Understood

pytestmark = pytest.mark.unit

KNOWN = frozenset({"RR8", "ALD-01", "ALD-02"})


def _read(*rows: dict[str, str], about: str = "ALD-01", besides: tuple[str, ...] = ("Org L2",)) -> Understood:
    sent = export(*rows, headings=[*HEADINGS, *besides])
    within = Boundary(KNOWN, only=about)
    return intake.understand(sent, "esr_staff_in_post", boundary=within, as_of=AS_OF)


def _rows(number: int, **changes: str) -> list[dict[str, str]]:
    return [person(n, **changes) for n in range(1, number + 1)]


@pytest.mark.parametrize("about", ["ALD-01", "RR8"])
@pytest.mark.parametrize("heading", ["Org L2", "Org L1", "Employing Org Code"])
def test_another_organisations_file_is_refused_with_the_cure(about: str, heading: str) -> None:
    rows = [person(n) | {heading: "ALD-02"} for n in (1, 2, 3)]
    with pytest.raises(InputError) as refused:
        _read(*rows, about=about, besides=(heading,))
    assert "This file is about ALD-02. Send it for that organisation" in refused.value.cure


@pytest.mark.parametrize(("about", "other"), [("ALD-01", "ALD-77"), ("RR8", "RK9")])
def test_a_file_of_an_organisation_elsewhere_is_refused(about: str, other: str) -> None:
    with pytest.raises(InputError, match=f"is about {other}"):
        _read(*_rows(3, Org_L2=other), about=about)


def test_rows_of_others_are_outside_and_said_loudly() -> None:
    read = _read(*_rows(3, Org_L2="ALD-01"), person(4, Org_L2="ALD-02 Somewhere"))
    assert (read.rows_loaded, read.rows_outside) == (3, 1)
    assert "LOOK TWICE: 1 row is about ALD-02 and not about ALD-01" in read.notes[0]
    assert read.tables["assignment"].get_column("organisation").unique().to_list() == ["ALD-01"]
    assert "ALD-02" not in str(read.sent.to_dicts())


@pytest.mark.parametrize(
    "local", ["Medicine", "353 A Trust", "MED", "RES", "A12345", "", "ald-01", "ALD-01 A"]
)
def test_names_and_local_codes_say_nothing(local: str) -> None:
    for about in ("ALD-01", "RR8"):
        if about == "RR8" and local.upper().startswith("ALD"):
            continue
        read = _read(*_rows(3, Org_L2=local), about=about)
        assert (read.rows_loaded, read.rows_outside) == (3, 0)


def test_the_employers_own_code_wins_over_a_level_above_it() -> None:
    rows = _rows(3, Org_L1="ALD-02", Org_L2="ALD-01")
    assert _read(*rows, besides=("Org L1", "Org L2")).rows_loaded == 3


@pytest.mark.parametrize("heading", ["Termination Date", "LEAVING_REASON", "Destination On Leaving"])
def test_a_report_of_leavers_is_refused(heading: str) -> None:
    rows = [person(n) | {heading: "x" if n < 4 else ""} for n in (1, 2, 3, 4)]
    with pytest.raises(InputError, match="a report of leavers") as refused:
        _read(*rows, besides=(heading,))
    assert "staff in post at a date" in refused.value.cure


def test_a_few_dates_of_leaving_are_no_report_of_leavers() -> None:
    rows = [person(n) | {"Termination Date": "31/12/2026" if n < 2 else ""} for n in (1, 2, 3, 4)]
    assert _read(*rows, besides=("Termination Date",)).rows_loaded == 4


def test_a_partner_is_told_to_send_what_its_system_exports() -> None:
    within = Boundary(KNOWN, only="ALD-01")
    with pytest.raises(InputError, match="No headings") as refused:
        intake.understand(
            Sent("a.csv", b"Colour,Shape\r\nred,round\r\n"), "esr_staff_in_post", boundary=within, as_of=AS_OF
        )
    assert "as your system exports it" in refused.value.cure
