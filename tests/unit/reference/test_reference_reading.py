"""A reference file that cannot stand says which row, which value, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillmix.errors import InputError
from skillmix.reference.check import problems
from skillmix.reference.lists import Library

pytestmark = pytest.mark.unit

DECLARATION = """
[colours]
description = "Colours."
key = ["code"]
[colours.columns]
code = { type = "code", description = "Code.", required = true }
share = { type = "number", description = "Share.", low = 0, high = 1 }
parent = { type = "code", description = "Parent.", list = "colours", many = true }
mixed = { type = "boolean", description = "Mixed." }

[sizes]
description = "Sizes."
key = ["size"]
[sizes.columns]
size = { type = "code", description = "Size.", allowed = ["s", "m"] }
value = { type = "number", description = "Value." }
low = { type = "number", description = "Low." }
high = { type = "number", description = "High." }
"""
HEADING = "code,share,parent,mixed,valid_from,valid_to,source,confidence"


def shelf(folder: Path, *rows: str, heading: str = HEADING, sizes: tuple[str, ...] = ()) -> Library:
    (folder / "lists.toml").write_text(DECLARATION, encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "colours.csv").write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    (folder / "data" / "sizes.csv").write_text(
        "\n".join(["size,value,low,high,valid_from,valid_to,source,confidence", *sizes]) + "\n",
        encoding="utf-8",
    )
    return Library(folder)


def test_values_come_out_typed(tmp_path: Path) -> None:
    frame = shelf(tmp_path, "red,0.5,red;blue,true,2020-01-01,,us,seen", "blue,,,,2020-01-01,,us,seen").table(
        "colours"
    )
    assert frame.row(0)[:4] == ("red", 0.5, ["red", "blue"], True)
    assert frame.row(1)[:4] == ("blue", None, [], None)


@pytest.mark.parametrize(
    ("row", "column", "value", "cure"),
    [
        ('red,"0,5",,,2020-01-01,,us,seen', "share", "0,5", "number with a point"),
        ("red,nan,,,2020-01-01,,us,seen", "share", "nan", "number with a point"),
        ("red,1.5,,,2020-01-01,,us,seen", "share", "1.5", "at most 1"),
        (",0.5,,,2020-01-01,,us,seen", "code", "", "Every row needs it"),
        (" red,0.5,,,2020-01-01,,us,seen", "code", " red", "without spaces"),
        ("red,0.5,,yes,2020-01-01,,us,seen", "mixed", "yes", "true or false"),
        ("red,0.5,,,01/02/2020,,us,seen", "valid_from", "01/02/2020", "YYYY-MM-DD"),
        ("red,0.5,,,2020-01-01,,us,certain", "confidence", "certain", "published, seen"),
        ("red,0.5,,,2020-01-01,,,seen", "source", "", "Every row needs it"),
    ],
)
def test_a_bad_value_names_row_column_value_and_cure(
    tmp_path: Path, row: str, column: str, value: str, cure: str
) -> None:
    library = shelf(tmp_path, "blue,0.1,,,2020-01-01,,us,seen", row)
    with pytest.raises(InputError) as caught:
        library.table("colours")
    where = caught.value.where[0]
    assert (where.file, where.row, where.column, where.value) == ("colours.csv", 3, column, value)
    assert cure in caught.value.cure


def test_headings_and_row_lengths_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'share' is missing"):
        shelf(tmp_path, heading=HEADING.replace("share,", "")).table("colours")
    with pytest.raises(InputError, match="'hue' is not declared"):
        shelf(tmp_path, heading=HEADING + ",hue").table("colours")
    with pytest.raises(InputError, match="row 2: The row has 7 values, the heading 8"):
        shelf(tmp_path, "red,0.5,,2020-01-01,,us,seen").table("colours")


def test_a_missing_file_and_another_encoding_are_named(tmp_path: Path) -> None:
    library = shelf(tmp_path)
    (tmp_path / "data" / "colours.csv").write_bytes(HEADING.encode() + b"\nr\x96d,,,,2020-01-01,,us,seen\n")
    with pytest.raises(InputError, match="not in UTF-8"):
        library.table("colours")
    (tmp_path / "data" / "colours.csv").unlink()
    with pytest.raises(InputError, match="has no file"):
        library.table("colours")


def test_two_rows_on_one_day_and_a_gap_are_found(tmp_path: Path) -> None:
    twice = shelf(tmp_path, "red,,,,2020-01-01,2020-12-31,us,seen", "red,,,,2020-12-31,,us,seen")
    assert [str(p) for p in problems(twice) if "two rows on 2020-12-31" in str(p)]
    open_end = shelf(tmp_path, "red,,,,2020-01-01,,us,seen", "red,,,,2021-01-01,,us,seen")
    assert [p.where[0].row for p in problems(open_end)] == [3]
    gap = shelf(tmp_path, "red,,,,2020-01-01,2020-12-31,us,seen", "red,,,,2021-01-02,,us,seen")
    assert ["no row between" in str(p) for p in problems(gap)] == [True]
    whole = shelf(tmp_path, "red,,,,2020-01-01,2020-12-31,us,seen", "red,,,,2021-01-01,,us,seen")
    assert problems(whole) == []


def test_a_code_that_its_list_has_not_is_found_with_the_nearest(tmp_path: Path) -> None:
    library = shelf(tmp_path, "red,,blu,,2020-01-01,,us,seen", "blue,,,,2020-01-01,,us,seen")
    (found,) = problems(library)
    assert (found.where[0].row, found.where[0].value) == (2, "blu")
    assert "'blue'" in found.cure


@pytest.mark.parametrize("row", ["s,2,3,4,2020-01-01,,us,seen", "s,2,1,,2020-01-01,,us,seen"])
def test_a_figure_outside_its_range_is_found(tmp_path: Path, row: str) -> None:
    (found,) = problems(shelf(tmp_path, sizes=(row,)))
    assert found.where[0].file == "sizes.csv"


def test_a_file_that_is_declared_nowhere_is_found(tmp_path: Path) -> None:
    library = shelf(tmp_path)
    (tmp_path / "data" / "shapes.csv").write_text("code\n", encoding="utf-8")
    assert [p.where[0].file for p in problems(library)] == ["shapes.csv"]


def test_a_list_declared_twice_and_an_unknown_type_are_refused(tmp_path: Path) -> None:
    shelf(tmp_path)
    (tmp_path / "lists_more.toml").write_text(DECLARATION, encoding="utf-8")
    with pytest.raises(InputError, match="declared twice"):
        Library(tmp_path)
    (tmp_path / "lists_more.toml").write_text(
        '[x]\ndescription = "X."\nkey = []\n[x.columns]\na = { type = "float" }\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match="no known type"):
        Library(tmp_path)
