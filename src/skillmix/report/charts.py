"""Charts, one specification for every medium: drawn as SVG here, so that a report needs no script.

Colours are told apart without colour vision, and every line is also labelled in words. Altair is loaded when
something is drawn: it takes a while, and most processes draw nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

#: Okabe and Ito's palette, in an order that keeps contrast on white.
PALETTE = ["#0072B2", "#D55E00", "#007A5A", "#8B4B8B", "#56B4E9", "#6B5B00", "#000000"]

_FONT = "Arial, Helvetica, sans-serif"


def _values(frame: pl.DataFrame) -> Any:
    import altair as alt

    data: Any = alt.Data
    return data(values=frame.to_dicts())


def _configured(chart: Any, invented: bool) -> dict[str, Any]:
    import altair as alt

    if invented:
        chart = chart.properties(
            title=alt.TitleParams(
                "Invented: contains synthetic rows", anchor="end", fontSize=11, color="#8A1500"
            )
        )
    chart = (
        chart.configure(font=_FONT)
        .configure_view(strokeWidth=0)
        .configure_axis(labelFontSize=12, titleFontSize=12, gridColor="#E3E6E8", domainColor="#768692")
    )
    specification: dict[str, Any] = chart.to_dict()
    return specification


def fan(
    rows: Sequence[dict[str, Any]],
    *,
    unit: str,
    invented: bool = False,
    width: int = 620,
    height: int = 260,
) -> dict[str, Any]:
    """A projection: the middle as a line, the interval as a band; several series each have a panel.

    Args:
        rows: ``date, middle, low, high`` and, with several series, ``series``.
        unit: title of the vertical axis.
        invented: whether any row is synthetic.
        width: width in pixels, of all panels together.
        height: height in pixels of a single panel.

    Returns:
        A Vega-Lite specification with its data.
    """
    import altair as alt

    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("date").cast(pl.String))
    panels = "series" in frame.columns and frame["series"].n_unique() > 1
    ticks = 3 if panels else 8
    base = alt.Chart().encode(
        x=alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=ticks))
    )
    vertical: dict[str, Any] = {"title": unit, "scale": alt.Scale(zero=False, nice=True)}
    band = base.mark_area(opacity=0.2, color=PALETTE[0]).encode(y=alt.Y("low:Q", **vertical), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5, color=PALETTE[0]).encode(y=alt.Y("middle:Q", **vertical))
    if not panels:
        drawn = alt.layer(band, line, data=_values(frame)).properties(width=width, height=height)
        return _configured(drawn, invented)
    panel = alt.layer(band, line).properties(width=width // 3 - 45, height=120)
    header = alt.Header(title=None, labelFontSize=12, labelFontWeight="bold", labelLimit=width // 3)
    drawn = panel.facet(facet=alt.Facet("series:N", sort=None, header=header), columns=3, data=_values(frame))
    return _configured(drawn, invented)


def bars(
    rows: Sequence[dict[str, Any]],
    *,
    unit: str,
    invented: bool = False,
    low: str | None = None,
    high: str | None = None,
    width: int = 560,
) -> dict[str, Any]:
    """Horizontal bars, one a row, in the order given.

    Args:
        rows: ``label, value``, with ``group`` to colour by, and the keys of `low` and `high`.
        unit: title of the horizontal axis.
        invented: whether any row is synthetic.
        low: key of the range's lower end.
        high: key of the range's upper end.
        width: width in pixels.
    """
    import altair as alt

    frame = pl.DataFrame(rows, infer_schema_length=None)
    grouped = "group" in frame.columns and frame["group"].n_unique() > 1
    colour: Any = (
        alt.Color("group:N", scale=alt.Scale(range=PALETTE), title=None, legend=alt.Legend(orient="bottom"))
        if grouped
        else alt.value(PALETTE[0])
    )
    base = alt.Chart(_values(frame)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=260))
    )
    layers = [base.mark_bar().encode(x=alt.X("value:Q", title=unit), color=colour)]
    if low and high:
        layers.append(base.mark_rule(strokeWidth=2, color="#212B32").encode(x=f"{low}:Q", x2=f"{high}:Q"))
    return _configured(alt.layer(*layers).properties(width=width, height=alt.Step(22)), invented)


def line(
    rows: Sequence[dict[str, Any]],
    *,
    unit: str,
    invented: bool = False,
    width: int = 520,
    height: int = 200,
) -> dict[str, Any]:
    """A course over time: a line with a point at each date that is known.

    Args:
        rows: ``date, value``, oldest first.
        unit: title of the vertical axis.
        invented: whether any row is synthetic.
        width: width in pixels.
        height: height in pixels.

    Returns:
        A Vega-Lite specification with its data.
    """
    import altair as alt

    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("date").cast(pl.String))
    base = alt.Chart(_values(frame)).encode(
        x=alt.X("date:T", title=None, axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=6)),
        y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=False, nice=True)),
    )
    layers = [
        base.mark_line(strokeWidth=2.5, color=PALETTE[0]),
        base.mark_circle(size=45, opacity=1, color=PALETTE[0]),
    ]
    return _configured(alt.layer(*layers).properties(width=width, height=height), invented)


def svg(specification: dict[str, Any]) -> str:
    """Draw a specification as SVG: no script, no request, fonts by name."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(specification)
    return drawn
