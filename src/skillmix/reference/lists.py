"""The lists themselves: by name, by date, their codes, and the nearest code to a word."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path

import polars as pl

from skillmix.errors import ReferenceListError, Where
from skillmix.reference.declarations import Declared, read_declarations
from skillmix.reference.reading import polars_type, read_list

_HERE = Path(__file__).parent
_DASHES = re.compile("[\u2010-\u2015\u2212\u0096]")
_AROUND_DASH = re.compile(r"\s*-\s*")


def normalise(value: str) -> str:
    """A published or sent label in the form by which labels are compared.

    Letters become small, every dash a hyphen without spaces around it, and spaces single: role names of one
    series differ by release in nothing else.

    >>> normalise("Clinical Director – Nurse") == normalise("clinical  director - nurse")
    True
    """
    return " ".join(_AROUND_DASH.sub("-", _DASHES.sub("-", value)).casefold().split())


#: A likeness of 100 from which a name is offered for another.
_NEAR = 75


class Library:
    """Reference lists of one folder: declarations beside it, CSVs in `data/`, figures in `published/`."""

    def __init__(self, folder: Path) -> None:
        """Read the declarations; a list is read when it is first asked for."""
        self.folder = folder
        self.declared = read_declarations(folder)
        self._frames: dict[str, pl.DataFrame] = {}

    def declaration(self, name: str) -> Declared:
        """The declaration of a list; unknown names raise `ReferenceListError` with the nearest one."""
        if name not in self.declared:
            near = nearest(name, {n: n for n in self.declared})
            raise ReferenceListError(
                f"There is no reference list {name!r}.",
                cure=(f"Did you mean {near[0]!r}? " if near and near[1] >= _NEAR else "")
                + "`skillmix reference list` shows all.",
            )
        return self.declared[name]

    def table(self, name: str, as_of: dt.date | None = None) -> pl.DataFrame:
        """The rows of a list; see `skillmix.reference.table`."""
        if name not in self._frames:
            declared = self.declaration(name)
            frame = read_list(self.folder / "data" / f"{name}.csv", declared)
            if name in MAPPINGS:
                frame = frame.with_columns(_keyed(c).alias(f"{c}_key") for c in MAPPINGS[name])
            self._frames[name] = frame
        frame = self._frames[name]
        if as_of is None:
            return frame
        return frame.filter(
            (pl.col("valid_from") <= as_of) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_of))
        )

    def codes(self, name: str, as_of: dt.date | None = None) -> frozenset[str]:
        """The codes of a list; see `skillmix.reference.codes`."""
        declared = self.declaration(name)
        if declared.code is None:
            raise ReferenceListError(
                f"The list {name!r} holds figures, not codes.", cure="Ask for its table or a value."
            )
        return frozenset(self.table(name, as_of).get_column(declared.code).drop_nulls().to_list())

    def suggest(self, name: str, word: str) -> tuple[str, float]:
        """The nearest code; see `skillmix.reference.suggest`."""
        declared = self.declaration(name)
        if declared.code is None:
            raise ReferenceListError(
                f"The list {name!r} holds figures, not codes.", cure="Ask for its table or a value."
            )
        frame = self.table(name)
        found: dict[str, str] = {}
        for column in declared.found_by:
            for label, code in zip(
                frame.get_column(column).to_list(), frame.get_column(declared.code).to_list(), strict=True
            ):
                if label is not None and code is not None:
                    found.setdefault(str(label), code)
        return nearest(word, found) or ("", 0.0)


#: Lists that map labels of others to codes, with the columns compared by `normalise`.
MAPPINGS = {
    "role_mapping": ("source_group", "source_value"),
    "staff_group_mapping": ("source_value",),
    "level_mapping": ("source_value",),
}


def _keyed(column: str) -> pl.Expr:
    return pl.col(column).map_elements(normalise, return_dtype=pl.String)


def nearest(word: str, found: dict[str, str]) -> tuple[str, float] | None:
    """The value of the key nearest to a word, and how near (0 to 100); null where there are no keys."""
    from rapidfuzz import fuzz, process

    # Codes are compared as words are: the underscore is a space to a reader.
    best = process.extractOne(
        normalise(word).replace("_", " "),
        {label: normalise(label).replace("_", " ") for label in found},
        scorer=fuzz.WRatio,
    )
    return None if best is None else (found[best[2]], round(best[1], 1))


@lru_cache(maxsize=1)
def library() -> Library:
    """The lists that the package carries."""
    return Library(_HERE)


def names() -> list[str]:
    """Names of all reference lists, in order.

    >>> "professions" in names()
    True
    """
    return sorted(library().declared)


def table(name: str, as_of: dt.date | None = None) -> pl.DataFrame:
    """A reference list as a typed frame.

    Args:
        name: one of `names()`.
        as_of: a day; only rows that hold on it are returned. None: every row.

    Returns:
        The declared columns (see `describe`), then ``valid_from, valid_to, source, confidence``. Lists that
        map labels also have ``source_value_key`` (and ``source_group_key``), to be joined on
        `normalise(label)`.

    Raises:
        ReferenceListError: when there is no such list.
        InputError: when its file holds something that cannot stand.

    >>> table("arrs_rates", dt.date(2025, 6, 1)).get_column("value").item()
    26.631
    """
    return library().table(name, as_of)


def codes(name: str, as_of: dt.date | None = None) -> frozenset[str]:
    """The codes of a list on a day (None: of all days). Errors as `table`."""
    return library().codes(name, as_of)


def labels(name: str, as_of: dt.date | None = None) -> dict[str, str]:
    """Code to label of a list, in the list's order; the last row of a code wins. Errors as `table`."""
    return dict(table(name, as_of).select("code", "label").iter_rows())


def suggest(name: str, word: str) -> tuple[str, float]:
    """The code whose name is nearest to a word.

    Args:
        name: a list of codes, or a mapping (then the code that the nearest label maps to).
        word: what was sent.

    Returns:
        The code, and how near it is from 0 to 100.

    Raises:
        ReferenceListError: when there is no such list, or it holds figures.

    >>> suggest("professions", "Fisiotherapist")[0]
    'physiotherapist'
    """
    return library().suggest(name, word)


def describe(name: str) -> pl.DataFrame:
    """What each column of a list holds: ``column, type, required, list, allowed, description``."""
    return pl.DataFrame(
        [
            {
                "column": c.name,
                "type": str(polars_type(c)),
                "required": c.required,
                "list": c.refers_to,
                "allowed": "|".join(c.allowed) or None,
                "description": c.description,
            }
            for c in library().declaration(name).columns
        ],
        schema_overrides={"list": pl.String, "allowed": pl.String},
    )


def published_names() -> list[str]:
    """Names of the tables of published figures that the package carries."""
    return sorted(file.stem for file in (_HERE / "published").glob("*.parquet"))


@lru_cache(maxsize=32)
def published(name: str) -> pl.DataFrame:
    """A table of published figures that the package carries, derived from official files by a script.

    Raises:
        ReferenceListError: when there is none of that name.
    """
    file = _HERE / "published" / f"{name}.parquet"
    if not file.is_file():
        raise ReferenceListError(
            f"The package carries no published figures {name!r}.",
            cure=f"Choose one of {', '.join(published_names())}.",
            where=[Where(file=file.name)],
        )
    return pl.read_parquet(file)
