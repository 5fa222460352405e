"""Makers: facts that a field map's columns alone cannot say, by the name that the field map gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl

from skillmix.intake import one_page
from skillmix.intake.declarations import FieldMap

#: Each takes typed rows, the source, the day and the sectors, and gives facts by table.
Make = Callable[[pl.DataFrame, FieldMap, dt.date | None, Mapping[str, str]], dict[str, pl.DataFrame]]

MAKERS: dict[str, Make] = {"one_page_return": one_page.of_rows}
