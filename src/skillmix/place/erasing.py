"""Erasing rows from a Delta table for good: from its files, its older versions and the statistics in its log.

Every step may be cut off at any moment and the whole run again. Files that the table no longer names go last,
so that as long as one is there, an earlier run may not have finished.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

import deltalake
import polars as pl

from skillmix.place.lake import Lake, conform

#: A property whose change makes a commit that says nothing of any row; no list of removed files is kept.
_SILENT = {"delta.deletedFileRetentionDuration": "interval 0 seconds"}


def quoted(words: Iterable[str]) -> str:
    """Values as a list of a condition.

    >>> quoted(["b", "it's"])
    "'b', 'it''s'"
    """
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def erase(lake: Lake, name: str, conditions: list[str]) -> None:
    """Remove rows from a table, and every trace of them from its folder.

    Args:
        lake: the place's lake; nobody else may write to the table meanwhile.
        name: the table.
        conditions: SQL, each for some of the rows to remove.
    """
    for condition in conditions:
        lake.open(name).delete(condition)
    if unnamed(lake, name):
        forget(lake, name)


def rewrite(lake: Lake, name: str, rows: pl.DataFrame) -> None:
    """Put other rows in the place of all that a table holds, and remove every trace of those.

    Args:
        lake: the place's lake; nobody else may write to the table meanwhile.
        name: the table.
        rows: what it holds from now on.
    """
    deltalake.write_deltalake(lake.open(name), conform(rows, name), mode="overwrite")
    forget(lake, name)


def _log(lake: Lake, name: str) -> Path:
    return lake.path(name) / "_delta_log"


def unnamed(lake: Lake, name: str) -> list[Path]:
    """Files in a table's folder that its present version does not name: removed rows, abandoned writes."""
    table = lake.open(name)
    listed = pl.DataFrame(table.get_add_actions(flatten=True)).get_column("path").to_list()
    named = {lake.path(name) / unquote(path) for path in listed}
    return sorted(path for path in _files(lake.path(name)) if path not in named)


def _files(folder: Path) -> Iterator[Path]:
    """Every file of a table but those that make its log."""
    for path in folder.rglob("*"):
        of_log = path.parent.name == "_delta_log" and (
            path.name == "_last_checkpoint" or re.match(r"\d{20}\.(json$|checkpoint\.)", path.name)
        )
        if path.is_file() and not of_log:
            yield path


def forget(lake: Lake, name: str) -> None:
    """Remove the files that a table's present version does not name, and its log before that version."""
    table = lake.open(name)
    table.alter.set_table_properties(dict(_SILENT), raise_if_not_exists=False)
    table = deltalake.DeltaTable(lake.path(name))
    table.create_checkpoint()
    # The checkpoint lists no removed file and its own commit says nothing of rows: all before may go.
    for path in sorted(_log(lake, name).iterdir()):
        numbered = re.match(r"(\d{20})\.", path.name)
        if numbered and int(numbered[1]) < table.version():
            path.unlink()
    for path in unnamed(lake, name):
        path.unlink()
    for folder in sorted(lake.path(name).rglob("*"), reverse=True):
        if folder.is_dir() and folder.name != "_delta_log" and not any(folder.iterdir()):
            folder.rmdir()
