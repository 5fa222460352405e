"""Field maps: what a source declares, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake import declarations, fieldmap
from skillmix.schema.catalogue import FACTS

pytestmark = pytest.mark.unit

SOURCES = {
    "gp_practice_workforce": ("stock",),
    "hchs_turnover": ("flow", "stock"),
    "pcn_individual": ("assignment",),
    "population_ons": ("population",),
    "practices": ("organisation",),
    "registered_patients": ("population",),
    "sickness_absence": ("absence",),
}

SMALL = """
name = "s"
title = "S"
publisher = "P"
licence = "L"
describe = "D"
origin = "published"
grain = "a row"
[columns.code]
headings = ["Code"]
[columns.count]
headings = ["Days"]
cast = "quantity"
[within]
organisation = "code"
[[tables]]
name = "absence"
[tables.values]
organisation = "code"
days_lost = "count"
"""


def test_the_published_sources_are_carried() -> None:
    assert {s.name: s.tables for s in intake.sources() if s.origin == "published"} == SOURCES


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_map_fills_what_its_tables_need(name: str) -> None:
    chosen = intake.field_map(name)
    made = {"submission", "row", "period", "origin", "share_place", "share_basis"}
    for table in chosen.tables:
        needed = {c for c, d in FACTS[table.name].columns().items() if not d.nullable}
        for item in table.each or ({},):
            assert needed - made <= set(table.values) | set(item)
    assert chosen.publisher
    assert "Open Government Licence" in chosen.licence


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("DETAILED_STAFF_ROLE", "Detailed staff role"),
        ("Practice.Code", "practice_code"),
        (" FTE ", "fte"),
    ],
)
def test_case_spaces_points_and_underscores_do_not_matter(one: str, two: str) -> None:
    assert declarations.plain(one) == declarations.plain(two)


def test_a_map_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SMALL)
    assert intake.field_map(tmp_path / "s.toml").name == "s"
    assert intake.field_map(str(tmp_path / "s.toml")).name == "s"


def test_an_unknown_source_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'pcn_individual'") as refused:
        intake.field_map("pcn_indvidual")
    assert refused.value.exit_code == 3


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such field map"):
        intake.field_map(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("change", "by", "key", "says"),
    [
        ('cast = "quantity"', 'cast = "number"', "columns.count.cast", "Input should be"),
        ('cast = "quantity"', 'kast = "quantity"', "columns.count.kast", "Extra inputs"),
        ('name = "absence"', 'name = "absences"', None, "no table 'absences'"),
        ("days_lost =", "days_gone =", None, "no column 'days_gone'"),
        ('days_lost = "count"', 'days_lost = "counts"', None, "no column 'counts'"),
        ('days_lost = "count"', "days_lost = {}", "tables.0.values.days_lost", "exactly one of"),
        ('grain = "a row"', "", "grain", "Field required"),
        ("[within]", "[where]\nkind = ['x']\n[within]", None, "names the column 'kind'"),
        ("[within]", "[person]\ncolumn = 'code'\nkind = 'k'\n[within]", None, "marked as an identifier"),
        ('name = "s"', 'name = "s', None, "not TOML"),
    ],
)
def test_a_map_that_cannot_stand_names_the_key(change: str, by: str, key: str | None, says: str) -> None:
    assert change in SMALL
    with pytest.raises(InputError) as refused:
        fieldmap.read(SMALL.replace(change, by), "s.toml")
    assert says in refused.value.problem
    assert refused.value.where[0].file == "s.toml"
    assert refused.value.where[0].column == key


def test_the_field_map_in_the_documentation_can_be_used() -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "intake.md"
    (example,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    own = fieldmap.read(example, "shifts.toml")
    assert (own.name, own.origin, len(own.tables[0].each)) == ("bank_shifts", "sent", 2)


def test_the_documentation_names_every_source_and_every_cast() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "intake.md").read_text(encoding="utf-8")
    for source in intake.sources():
        assert f"| `{source.name}` |" in page
    for word in get_args(declarations.Cast):
        assert f"`{word}`" in page
