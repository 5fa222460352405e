"""Comments on figures: a page to write one, and to withdraw it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from skillmix.errors import ScopeError
from skillmix.web.figures import services
from skillmix.web.figures.forms import CommentForm
from skillmix.web.figures.models import LONGEST
from skillmix.web.figures.remarks import remarks_of
from skillmix.web.figures.views import shown as _shown
from skillmix.web.panels.panel import Placed, placed
from skillmix.web.panels.reading import Reading
from skillmix.web.people.models import User
from skillmix.web.site.pages import page, reading_of

_ = _shown


def _asked(request: HttpRequest, reading: Reading) -> Placed:
    given = {k: v for k, v in request.GET.items() if isinstance(v, str) and k not in ("panel", "back")}
    return placed(reading, request.GET.get("panel", ""), **given)


def _back(request: HttpRequest, reading: Reading) -> str:
    """The page that the comment was begun on; the home page where none is told."""
    given = request.GET.get("back", "") or request.POST.get("back", "")
    here = f"/{reading.slug}/"
    safe = given.startswith(here) and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    return given if safe else reverse("home", kwargs={"place": reading.slug})


@page("comment")
def new(request: HttpRequest, place: str) -> HttpResponse:
    """Write a comment on a panel; htmx asks for the form alone, and gets the comments back."""
    reading = reading_of(request)
    about = _asked(request, reading)
    known = reading.place.organisations
    organisations = [(code, known[code].name) for code in sorted(services.may_speak(reading, about))]
    if not organisations:
        raise ScopeError(
            "This figure is about another organisation, which alone may comment on it.",
            cure="Comment on a figure about your own organisation, or about the place.",
        )
    form = CommentForm(organisations, request.POST if request.method == "POST" else None)
    alone = request.headers.get("HX-Request") == "true"
    if request.method == "POST" and form.is_valid():
        user: User = request.user  # type: ignore[assignment]
        services.comment(reading, about, user, **form.cleaned_data)
        if alone:
            return render(request, "figures/remarks_alone.jinja", _context(request, reading, about))
        messages.success(request, "Your comment stands beside the figure.")
        return redirect(f"{_back(request, reading)}#{about.key}")
    context = {
        **_context(request, reading, about),
        "form": form,
        "organisations": organisations,
        "longest": LONGEST,
        "back": _back(request, reading),
        "address": request.get_full_path(),
    }
    template = "figures/comment_alone.jinja" if alone else "figures/comment.jinja"
    return render(request, template, context)


def _context(request: HttpRequest, reading: Reading, about: Placed) -> dict[str, object]:
    return {"about": about, "remarks": remarks_of(reading, [about])[about.key]}


@page("comment")
@require_POST
def withdraw(request: HttpRequest, place: str, number: int) -> HttpResponse:
    """Withdraw a comment of one's own organisation."""
    reading = reading_of(request)
    if services.withdraw(reading, number) is None:
        raise Http404
    messages.success(request, "The comment is withdrawn, and no longer shown.")
    return redirect(_back(request, reading))
