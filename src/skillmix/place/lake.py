"""The lake of facts: Delta tables that are only ever appended to.

A row becomes visible through `publications.py`, never by being written. Log clean-up is off, so an old
publication number stays readable; nothing here vacuums or rewrites: that is for `erasing.py` alone.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import unquote

import dataframely as dy
import deltalake
import polars as pl

from skillmix.errors import LossyCastError, PlaceError, Where
from skillmix.schema import FACTS, TABLES, table

#: Floats carry noise in their last digits; anything larger than this, relatively, is a loss.
_FLOAT_NOISE = 1e-14

#: What the address of a Delta table cannot carry.
_NO_ADDRESS = re.compile(r"[\[\]]|%[0-9A-Fa-f]{2}")

#: How often a table is opened again that cannot be read.
_TRIES = 5

_CONFIGURATION: dict[str, str | None] = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
}


def _refuse(column: str, values: pl.Series, wanted: str, problem: str) -> LossyCastError:
    shown = values.head(1).to_list()
    return LossyCastError(
        f"{problem} as {wanted}.",
        cure="Cast it by rule before it is stored; the lake never rounds or guesses.",
        where=[Where(column=column, value=str(shown[0]) if shown else None)],
    )


def _conform_column(column: str, values: pl.Series, wanted: pl.DataType) -> pl.Series:
    """Cast one column, refusing any cast that changes a value."""
    if values.dtype == wanted:
        return values
    if values.dtype == pl.Null:
        return values.cast(wanted)
    allowed = (
        (wanted.is_numeric() and values.dtype.is_numeric())
        or (values.dtype in (pl.Categorical, pl.Enum) and wanted == pl.String)
        or (isinstance(values.dtype, pl.Datetime) and isinstance(wanted, pl.Datetime))
    )
    if not allowed:
        raise _refuse(
            column, values.drop_nulls(), str(wanted), f"{column} is {values.dtype} and cannot stand"
        )
    if values.dtype.is_float() and bool(values.is_nan().any() or values.is_infinite().any()):
        raise _refuse(column, values.filter(~values.is_finite()), str(wanted), f"{column} holds no number")
    cast = values.cast(wanted, strict=False)
    back = cast.cast(values.dtype, strict=False)
    if values.dtype.is_float():
        scale = values.abs().clip(lower_bound=1.0)
        lost = ((back - values).abs() > scale * _FLOAT_NOISE).fill_null(False) | (
            back.is_null() & values.is_not_null()
        )
    else:
        lost = back.ne_missing(values)
    if bool(lost.any()):
        raise _refuse(column, values.filter(lost), str(wanted), f"{column} would change when stored")
    return cast


def conform(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Bring a frame to a table's declaration without losing anything.

    Args:
        frame: the rows; columns the table does not declare are refused, nullable ones may be absent.
        name: the table.

    Returns:
        The rows with exactly the declared columns, in order and type.

    Raises:
        LossyCastError: when a value would change when stored.
        PlaceError: when a column is unknown or missing, or a rule of the declaration is broken.
    """
    schema = table(name)
    declared = schema.columns()
    if extra := [c for c in frame.columns if c not in declared]:
        raise PlaceError(
            f"The table {name} has no column {extra[0]!r}.",
            cure=f"Its columns are {', '.join(declared)}.",
            where=[Where(column=extra[0])],
        )
    series = []
    for column, declaration in declared.items():
        wanted = declaration.dtype
        if column in frame.columns:
            series.append(_conform_column(column, frame.get_column(column), wanted))
        elif declaration.nullable:
            series.append(pl.Series(column, [None] * frame.height, dtype=wanted))
        else:
            raise PlaceError(
                f"The table {name} needs the column {column!r}.",
                cure="Add it to the rows.",
                where=[Where(column=column)],
            )
    conformed = pl.DataFrame(series)
    _, failures = schema.filter(conformed)
    if len(failures):
        rule, rows = next(iter(failures.counts().items()))
        raise PlaceError(
            f"{rows} of {frame.height} rows of {name} break the rule {rule!r}.",
            cure="Mend or set aside those rows before they are stored.",
            where=[Where(column=rule.split("|")[0])],
        )
    return conformed


def _check_address(root: Path) -> None:
    """Refuse a folder that the writer of the lake cannot address.

    Raises:
        PlaceError: when the path holds a square bracket, or a percent sign that reads as a code.
    """
    if found := _NO_ADDRESS.search(str(root.absolute())):
        raise PlaceError(
            f"A place cannot lie in a folder whose path holds {found.group()!r}.",
            cure="Rename that folder, or choose another.",
            where=[Where(file=str(root.parent))],
        )


def _not_written(name: str, failed: Exception) -> PlaceError:
    why = (
        "it is read-only"
        if "ermission" in str(failed) or "ead-only" in str(failed)
        else "the disk may be full"
    )
    return PlaceError(
        f"The place folder cannot be written: {why}.",
        cure="Give yourself the right to write there, or make room, and try again; nothing has changed.",
        where=[Where(file=f"lake/{name}")],
    )


class Lake:
    """The Delta tables of one place.

    Args:
        root: the folder `lake/` of the place.
    """

    def __init__(self, root: Path) -> None:
        _check_address(root)
        self.root = root

    def path(self, name: str) -> Path:
        """The folder of a table."""
        return self.root / name

    def create(self) -> None:
        """Create every table that is not there yet, and every nullable column that one does not have yet."""
        for name, schema in TABLES.items():
            if deltalake.DeltaTable.is_deltatable(str(self.path(name))):
                self._widen(name, schema)
            else:
                self._create(name, schema)

    def _widen(self, name: str, schema: type[dy.Schema]) -> None:
        table = self.open(name)
        had = {field.name for field in table.schema().fields}
        declared = deltalake.Schema.from_arrow(schema.create_empty().schema)
        if new := [f for f in declared.fields if f.name not in had and schema.columns()[f.name].nullable]:
            table.alter.add_columns(new)

    def _create(self, name: str, schema: type[dy.Schema]) -> None:
        deltalake.write_deltalake(
            self.path(name),
            schema.create_empty(),
            partition_by=["period"] if name in FACTS else None,
            configuration=_CONFIGURATION,
            mode="ignore",
        )

    def open(self, name: str) -> deltalake.DeltaTable:
        """The Delta table.

        Raises:
            PlaceError: when it is missing.
        """
        table(name)
        for again in range(_TRIES):
            try:
                return deltalake.DeltaTable(self.path(name))
            except deltalake.exceptions.TableNotFoundError:
                break
            except deltalake.exceptions.DeltaError:
                # While a purge cleans the log, what was listed a moment ago may be gone: read it anew.
                if again == _TRIES - 1:
                    raise
                time.sleep(0.02 * (again + 1))
        raise PlaceError(
            f"The place has no table {name!r}.",
            cure="Restore the folder lake/ from a backup.",
            where=[Where(file=f"lake/{name}")],
        )

    def append(self, name: str, frame: pl.DataFrame) -> None:
        """Append rows to a table; they stay invisible until a publication says otherwise.

        Raises:
            PlaceError: when the folder cannot be written.
        """
        rows = conform(frame, name)
        try:
            deltalake.write_deltalake(self.open(name), rows, mode="append")
        except (deltalake.exceptions.DeltaError, OSError) as failed:
            raise _not_written(name, failed) from failed

    def append_if_unchanged(self, name: str, frame: pl.DataFrame, seen: deltalake.DeltaTable) -> bool:
        """Append rows only if nobody else has written since the table was opened.

        Args:
            name: the table.
            frame: the rows.
            seen: the table as it was read before deciding what to write.

        Returns:
            True when written; False when somebody else was first: read again and decide again.

        Raises:
            PlaceError: when the folder cannot be written.
        """
        rows = conform(frame, name)
        try:
            deltalake.write_deltalake(
                seen,
                rows,
                mode="append",
                commit_properties=deltalake.CommitProperties(max_commit_retries=0),
            )
        except deltalake.exceptions.CommitFailedError:
            return False
        except (deltalake.exceptions.DeltaError, OSError) as failed:
            raise _not_written(name, failed) from failed
        return True

    def scan(self, name: str) -> pl.LazyFrame:
        """Every row ever appended, visible or not: for `place/` alone."""
        return self.rows(name, self.open(name))

    def rows(self, name: str, seen: deltalake.DeltaTable) -> pl.LazyFrame:
        """The rows of a table as it was opened.

        The list of files is the table's own; the files are read by their plain paths, because addresses with
        a space or an accent (`My documents`) reach a reader of Parquet encoded and are not found.
        """
        schema = pl.scan_delta(seen).collect_schema()
        listed = pl.DataFrame(seen.get_add_actions(flatten=True)).get_column("path").to_list()
        if not listed:
            return pl.LazyFrame(schema=schema)
        parted = {"period": schema["period"]} if name in FACTS else {}
        rows = pl.scan_parquet(
            [self.path(name).absolute() / unquote(path) for path in sorted(listed)],
            glob=False,
            # A column that a later format added is null in what was written before.
            missing_columns="insert",
            schema={c: t for c, t in schema.items() if c not in parted},
            hive_partitioning=bool(parted),
            hive_schema=parted or None,
        )
        return rows.select(schema.names())
