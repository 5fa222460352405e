"""The grid: every profession against every kind of partner, registered and support workforce."""

from __future__ import annotations

from skillmix import measures
from skillmix.errors import InputError, Where
from skillmix.report.document import Column, Table
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: What fills the cells, and how it is called.
CELLS = {
    "fte_place": ("FTE for this place", "quantity"),
    "fte": ("FTE, whole organisations", "quantity"),
    "headcount": ("People", "people"),
}


@panel("grid", "family", "cell", "by")
def grid(reading: Reading, given: Parameters) -> Panel:
    """The grid of one family of professions."""
    family, cell = given.get("family", "ahp"), given.get("cell", "fte_place")
    by_organisation = given.get("by") == "organisation"
    if cell not in CELLS:
        raise InputError(
            "The grid cannot be filled with that.",
            cure=f"Choose one of {', '.join(CELLS)}.",
            where=[Where(column="cell", value=cell)],
        )
    released = reading.released(
        ("grid", family, by_organisation),
        lambda facts: measures.grid(facts, family, by_organisation=by_organisation),
    )
    wide = measures.grid_wide(released.frame, cell)
    names = dict(released.frame.select("partner", "partner_name").unique().iter_rows())
    heading, style = CELLS[cell]
    columns = [Column("profession_name", "Profession")]
    columns += [
        Column(partner, str(names[partner]), style)  # type: ignore[arg-type]
        for partner in wide.columns
        if partner in names
    ]
    if "total" in wide.columns:
        columns.append(Column("total", "All partners", style))  # type: ignore[arg-type]
    rows = wide.to_dicts()
    return Panel(
        title="Every profession against every partner",
        table=Table(
            f"{heading}, by profession and kind of partner", columns, rows, synthetic=released.synthetic
        ),
        released=[released],
        sentence=next(iter(measures_said(released.notes)), ""),
        notes=released.notes,
        empty="Nothing is known of this family of professions here yet. Ask partners for staff lists.",
        links={
            at: f"/{reading.slug}/professions/{row['profession']}/"
            for at, row in enumerate(rows)
            if row.get("profession")
        },
    )


def measures_said(notes: tuple[str, ...]) -> list[str]:
    """The note that says which professions are everywhere."""
    return [note for note in notes if "every" in note.lower()][:1]
