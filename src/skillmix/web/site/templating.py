"""The environment of templates: nothing undefined passes in silence, everything is escaped."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import jinja2
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from skillmix.errors import SkillmixError
from skillmix.report import words
from skillmix.web.site.served import served

#: Set by tests: what one of our own templates names and nobody gave fails instead of standing for nothing.
STRICT = os.environ.get("SKILLMIX_STRICT_TEMPLATES") == "1"
#: Templates of the design system rely on undefined names standing for nothing; ours may not.
_THEIRS = "nhsuk_frontend_jinja"


class Undefined(jinja2.ChainableUndefined):
    """Stands for nothing, as the design system's templates need; in tests, fails in a template of ours."""

    def _check(self) -> None:
        frame = sys._getframe(1) if STRICT else None
        while frame is not None:
            file = frame.f_code.co_filename
            if file.endswith((".jinja", ".html", ".txt")):
                if _THEIRS not in file:
                    self._fail_with_undefined_error()
                return
            frame = frame.f_back

    def __str__(self) -> str:
        self._check()
        return super().__str__()

    def __html__(self) -> str:
        self._check()
        return super().__html__()

    def __bool__(self) -> bool:
        # An option that a macro was not given may be asked for: `{% if options.hint %}`.
        if not isinstance(self._undefined_obj, dict):
            self._check()
        return super().__bool__()

    def __iter__(self) -> Iterator[Any]:
        self._check()
        return super().__iter__()


def _day(value: dt.date | dt.datetime | None) -> str:
    """A date written out; a moment in the place's time."""
    if value is None:
        return "not known"
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value)
        return f"{words.day(local.date())}, {local:%H:%M}"
    return words.day(value)


def _figure(value: Any, style: str = "number") -> str:
    return words.write(value, style)  # type: ignore[arg-type]


def environment(**options: Any) -> jinja2.Environment:
    """The environment that Django's engine asks for."""
    loader = jinja2.ChoiceLoader([options.pop("loader"), jinja2.PackageLoader("nhsuk_frontend_jinja")])
    options["undefined"] = Undefined  # Django names its own before
    options["autoescape"] = True
    made = jinja2.Environment(
        loader=loader, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.do"], **options
    )
    made.globals |= {"static": static, "url": _url}
    made.filters |= {"day": _day, "figure": _figure, "whole": words.whole}
    return made


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None)


def on_every_page(request: HttpRequest) -> dict[str, Any]:
    """What every template may use: the brand, the place, who is signed in, what they may do."""
    from skillmix.web.site.navigation import navigation
    from skillmix.web.site.pages import principal_in

    slug = request.__dict__.get("place_slug", "")
    here = served().get(slug)
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    principal = None
    with suppress(SkillmixError):  # the page that tells of a place that cannot be read has no place on it
        principal = principal_in(request, slug) if here is not None and signed_in else None
    if principal is not None and not principal.held:
        principal = None
    member = principal is not None
    return {
        "brand": settings.SKILLMIX.brand,
        "brand_logo": settings.SKILLMIX.brand_logo,
        "quantity": settings.SKILLMIX.quantity,
        "signed_in": signed_in,
        "user_name": str(user) if signed_in else "",
        "personas": settings.PERSONAS,
        "place_slug": slug if member else "",
        "place_name": here.name if here is not None and member else "",
        "principal": principal,
        "navigation": navigation(request, principal) if principal is not None else [],
        "request_id": request.__dict__.get("id", ""),
        "request_path": request.path,
        "is_htmx": request.headers.get("HX-Request") == "true",
    }
