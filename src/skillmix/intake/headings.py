"""The search for headings: under titles, over two rows, with a byte-order mark, spelt a little otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from skillmix.errors import InputError, Where
from skillmix.intake.declarations import FieldMap, plain
from skillmix.intake.readers import Candidate

#: How alike two headings must be, of 100, for one to be suggested for the other.
_ALIKE = 62


@dataclass(frozen=True, slots=True)
class Found:
    """Where the headings stand and what they are.

    Attributes:
        candidate: the table they stand in.
        first: the first row of headings, as a spreadsheet numbers it.
        last: the last row of headings.
        headings: the headings as sent.
        columns: for each column of the map that was found, its position and heading.
    """

    candidate: Candidate
    first: int
    last: int
    headings: tuple[str, ...]
    columns: dict[str, tuple[int, str]]


def _filled(record: Sequence[str]) -> list[str]:
    """A row of group headings with merged cells filled to the right."""
    filled, last = [], ""
    for cell in record:
        last = cell.strip() or last
        filled.append(last)
    return filled


def _match(headings: Sequence[str], field_map: FieldMap) -> dict[str, tuple[int, str]]:
    where: dict[str, tuple[int, str]] = {}
    positions: dict[str, tuple[int, str]] = {}
    for position, heading in enumerate(headings):
        positions.setdefault(plain(heading), (position, heading.strip()))
    for key, column in field_map.columns.items():
        for heading in column.headings:
            if (found := positions.get(plain(heading))) is not None:
                where[key] = found
                break
    return where


def _rows(candidate: Candidate) -> list[tuple[int, int, list[str]]]:
    """Rows, and pairs of rows joined, that may be the headings: first row, last row, headings."""
    rows = [(i + 1, i + 1, [c.strip().lstrip("\ufeff") for c in r]) for i, r in enumerate(candidate.preview)]
    pairs = []
    for (_, _, upper), (above, below, lower) in pairwise(rows):
        if sum(bool(c) for c in upper) > 1:
            width = max(len(upper), len(lower))
            over = (_filled(upper) + [""] * width)[:width]
            under = (lower + [""] * width)[:width]
            joined = [f"{u} {v}".strip() if v else u for u, v in zip(over, under, strict=True)]
            pairs.append((above - 1, below, joined))
    return rows + pairs


def rows(candidate: Candidate) -> list[list[str]]:
    """What may be the headings of a table: each of its first rows, then each two rows joined."""
    return [headings for _, _, headings in _rows(candidate)]


def find(candidates: Sequence[Candidate], field_map: FieldMap) -> Found | None:
    """The headings that a field map knows most of; None where it knows none.

    A single row wins over two rows joined unless the two together hold more of them.
    """
    best: Found | None = None
    for candidate in candidates:
        for first, last, headings in _rows(candidate):
            columns = _match(headings, field_map)
            if columns and (best is None or len(columns) > len(best.columns)):
                best = Found(candidate, first, last, tuple(headings), columns)
    return best


def missing(found: Found, field_map: FieldMap) -> list[str]:
    """The columns that the file should have and has not."""
    return [k for k, c in field_map.columns.items() if not c.optional and k not in found.columns]


def recognise(candidates: Sequence[Candidate], maps: Sequence[FieldMap]) -> list[FieldMap]:
    """The sources whose every needed column a file has, the fullest match first."""
    matches = []
    for field_map in maps:
        found = find(candidates, field_map)
        if found is not None and not missing(found, field_map):
            matches.append((len(found.columns), field_map))
    return [m for _, m in sorted(matches, key=lambda pair: -pair[0])]


def _nearest(wanted: Sequence[str], headings: Sequence[str]) -> str | None:
    from rapidfuzz import fuzz, process

    plains = {plain(h): h for h in headings if plain(h)}
    best: tuple[float, str] | None = None
    for heading in wanted:
        hit = process.extractOne(plain(heading), list(plains), scorer=fuzz.WRatio, score_cutoff=_ALIKE)
        if hit and (best is None or hit[1] > best[0]):
            best = (hit[1], plains[hit[0]])
    return best[1] if best else None


def wrong(
    candidates: Sequence[Candidate],
    file: str,
    field_map: FieldMap,
    found: Found | None,
    maps: Sequence[FieldMap],
) -> InputError:
    """The error for a file that lacks columns: another source, a renamed column, or no headings at all."""
    others = [m for m in recognise(candidates, maps) if m.name != field_map.name]
    lacking = list(field_map.columns) if found is None else missing(found, field_map)
    wanted = [field_map.columns[k].headings[0] for k in lacking]
    if others:
        return InputError(
            f"This is not a file of {field_map.title}: it looks like {others[0].title}.",
            cure=f"Submit it with --source {others[0].name}, or choose another file.",
            where=[Where(file=file)],
        )
    if found is None or len(found.columns) < max(1, len(field_map.columns) // 4):
        first = (
            next((r for r in candidates[0].preview if any(c.strip() for c in r)), []) if candidates else []
        )
        shown = ", ".join(c for c in first[:6] if c.strip())
        # Without headings, what a partner sent begins with a person.
        begins = f"; the file begins with {shown or 'nothing'!r}" if field_map.origin == "published" else ""
        sent_as = "as published" if field_map.origin == "published" else "as your system exports it"
        return InputError(
            f"No headings of {field_map.title} were found{begins}.",
            cure=f"Send the file {sent_as}. It has the headings {', '.join(wanted[:8])}.",
            where=[Where(file=file)],
        )
    taken = {heading for _, heading in found.columns.values()}
    free = [h for h in found.headings if h and h not in taken]
    where, near = [], []
    for key, heading in zip(lacking, wanted, strict=True):
        close = _nearest(field_map.columns[key].headings, free)
        where.append(Where(file=file, row=found.last, column=heading, value=close))
        if close:
            near.append(f"{close!r} is the nearest to {heading!r}")
    plural = "columns are" if len(wanted) > 1 else "column is"
    cure = "Send the file with that column under its own heading."
    if near:
        cure = (
            f"{'; '.join(near)}: if that is what it is, rename it, "
            "or add its heading to a field map of your own."
        )
    return InputError(
        f"The {plural} missing: {', '.join(wanted)} (headings were read from row {found.last}).",
        cure=cure,
        where=where,
    )
