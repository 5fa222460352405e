"""All extracts in one folder, and the answer key apart from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from skillmix.demonstration.aldmoor_city.generation import SEED, city
from skillmix.demonstration.extracts.asc_wds import write_asc_wds
from skillmix.demonstration.extracts.dirt import Table
from skillmix.demonstration.extracts.esr import write_staff
from skillmix.demonstration.extracts.establishment import write_establishment
from skillmix.demonstration.extracts.identities import identities
from skillmix.demonstration.extracts.learners import write_learners
from skillmix.demonstration.extracts.leavers import write_leavers
from skillmix.demonstration.extracts.ledger import write_ledgers
from skillmix.demonstration.extracts.recruitment import write_recruitment
from skillmix.demonstration.extracts.writing import INVENTED
from skillmix.errors import PlaceError, Where

#: The folder of the answer key, inside the folder of extracts.
KEY = "answer_key"

_README = f"""{INVENTED}

These are files as partners of a place really send them, with the faults that such files have. Nobody in
them exists: names are Surname00001, National Insurance numbers start with QQ (never issued), postcodes with
ZZ, organisation codes hold a hyphen (no ODS code does).

Four trusts      ESR staff in post, ESR leavers (each trust exports in its own way; one sends two quarters)
Two trusts       establishment workbook
Three employers  finance ledger
Social care      ASC-WDS workplace, worker and training files, in the layout of the bulk upload; the codes of
                 fields other than job role and ethnic group are illustrative
All employers    recruitment system's export
University       learners' list

answer_key/ is for whoever checks a cleansing, not for whoever does it:
  faults.csv     every fault: file, sheet, row as a spreadsheet shows it (empty: the whole file), column,
                 what kind of fault, what was sent, what is right
  clean/         the same tables without faults, headings as the source names them
  answers.json   what is planted in the city as a whole
"""


def write_extracts(
    out: Path | str,
    seed: int = SEED,
    size: float | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Path]:
    """Writes Aldmoor as the messy files that partners send, with an answer key apart.

    Args:
        out: the folder; it must not exist, or be empty.
        seed: the same seed gives the same files.
        size: 1 (and None) for about 25,000 people, less for tests.
        progress: called with a short message for each step.

    Returns:
        The files to send, in the order in which they were written; each name starts with ``INVENTED_``.

    Raises:
        PlaceError: when the folder is not empty.
        InputError: when the size cannot stand.
    """
    out = Path(out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PlaceError(
            f"{out.name} exists already and is not empty.",
            cure="Name another folder, or take this one away first.",
            where=[Where(file=str(out))],
        )
    tell = progress or (lambda message: None)
    frames, answers = city(seed, size, progress)
    clean_folder = out / KEY / "clean"
    clean_folder.mkdir(parents=True)
    (out / "README.txt").write_text(_README, encoding="utf-8")
    known = identities(frames["assignment"], seed)
    tell("Extracts: staff in post")
    written = write_staff(out, frames["assignment"], known, seed)
    some = {table.file[9:15]: clean.head(40).rows(named=True) for clean, table in written}
    tell("Extracts: leavers")
    written += write_leavers(out, frames["movement"], known, some, seed)
    tell("Extracts: social care")
    written += write_asc_wds(out, frames, known, seed)
    tell("Extracts: establishment and ledgers")
    written += write_establishment(out, frames, seed)
    written += write_ledgers(out, frames, seed)
    tell("Extracts: recruitment and learners")
    written += write_recruitment(out, frames, seed)
    written += write_learners(out, frames, known, seed)
    _write_key(out / KEY, written, answers)
    return [out / table.file for _, table in written]


def _write_key(folder: Path, written: list[tuple[pl.DataFrame, Table]], answers: dict[str, object]) -> None:
    for clean, table in written:
        clean.write_csv(folder / "clean" / f"{Path(table.file).stem}.csv")
    pl.concat([table.faults() for _, table in written]).write_csv(folder / "faults.csv")
    text = json.dumps(answers, indent=2, ensure_ascii=False, default=str)
    (folder / "answers.json").write_text(text + "\n", encoding="utf-8")
