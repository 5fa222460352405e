"""The page of the audit, and its file."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from skillmix.web.audit.forms import FilterForm
from skillmix.web.audit.log import record
from skillmix.web.audit.presenters import as_csv, present
from skillmix.web.audit.reading import entries, people_of
from skillmix.web.site.pages import page

#: Entries of one page.
A_PAGE = 50


def _chosen(request: HttpRequest) -> str:
    chosen = {k: v for k, v in request.GET.items() if k in FilterForm.base_fields and v}
    return urlencode(chosen)


@require_GET
@page("audit", name="audit")
def audit(request: HttpRequest, place: str) -> HttpResponse:
    """Who did what: the newest first."""
    form = FilterForm(request.GET, people_of(place))
    wanted = form.wanted()
    paginator = Paginator(entries(place, wanted), A_PAGE)
    shown = paginator.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "entries": [present(entry, wanted.person) for entry in shown],
        "shown": shown,
        "count": paginator.count,
        "chosen": _chosen(request),
    }
    return render(request, "audit/audit.jinja", context)


@require_GET
@page("audit", name="audit_file")
def file(request: HttpRequest, place: str) -> HttpResponse:
    """The chosen entries as CSV; that they were taken is an entry itself."""
    form = FilterForm(request.GET, people_of(place))
    record(request, "download", "audit.csv", {"parameters": form.chosen()})
    content = as_csv(entries(place, form.wanted()).iterator(chunk_size=500))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{place}-audit.csv"'
    return response
