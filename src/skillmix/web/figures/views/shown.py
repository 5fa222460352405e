"""What every page of figures has: its panels with their comments, and the coverage strip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skillmix.web.figures import panels as _declared
from skillmix.web.figures.remarks import remarks_of
from skillmix.web.figures.strip import strip_of
from skillmix.web.panels.panel import Placed
from skillmix.web.panels.reading import Reading

_ = _declared


def with_figures(reading: Reading, panels: Sequence[Placed], **more: Any) -> dict[str, Any]:
    """The context of a page of figures.

    Args:
        reading: who looks.
        panels: the panels of the page, in order.
        more: what else the page's template shows.
    """
    full = [p for p in panels if p.panel.table.rows]
    return {
        "strip": strip_of(reading),
        "panels": full,
        # What is not known is told once, at the end, with what would fill each hole.
        "missing": [
            (p.panel.title, p.panel.empty) for p in panels if not p.panel.table.rows and p.panel.empty
        ],
        "remarks": remarks_of(reading, full),
        "number": reading.number,
        **more,
    }
