"""The address of every chart and of every file of figures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from skillmix.web.audit.log import record
from skillmix.web.panels import files
from skillmix.web.panels.panel import PANELS, placed
from skillmix.web.site.pages import page, reading_of


@page("figures", name="panel")
def file(request: HttpRequest, place: str, name: str, ending: str) -> HttpResponse:
    """A panel as a file; each file of figures is recorded before it is given."""
    reading = reading_of(request)
    shown = placed(reading, name, **{k: v for k, v in request.GET.items() if isinstance(v, str)})
    drawn = ending in ("svg", "png", "chart")
    if ending not in files.TYPES or (drawn and shown.panel.chart is None):
        raise Http404
    wanted = ("file", name, tuple(shown.parameters.items()), ending)

    def make() -> bytes:
        return files.content(shown.panel, ending, reading.place.name, reading.on)

    content = reading.keep(wanted, make) if PANELS[name].kept else make()
    if ending in files.DOWNLOADS or request.GET.get("save"):
        record(request, "download", f"{name}.{ending}", {"parameters": dict(shown.parameters)})
    response = HttpResponse(content, content_type=files.TYPES[ending])
    if ending in files.DOWNLOADS or ending == "png":
        response["Content-Disposition"] = f'attachment; filename="{reading.slug}-{shown.key}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
