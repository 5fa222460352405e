"""What surrounds every request: its id, plain errors, and the place in its address."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from skillmix.errors import InputError, PlaceError, RefusedError, ScopeError, SkillmixError

Next = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger("skillmix.web")

#: Status of a page by kind of error.
_STATUS: tuple[tuple[type[SkillmixError], int], ...] = (
    (ScopeError, 403),
    (InputError, 400),
    (RefusedError, 422),
    (PlaceError, 409),
)


def status_of(error: SkillmixError) -> int:
    """The HTTP status of an error that a person can act on."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


class RequestId:
    """Gives every request an id, which the log and the page of an error carry."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        request.__dict__["id"] = secrets.token_hex(8)
        response = self.get_response(request)
        response["X-Request-Id"] = request.__dict__["id"]
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "private, no-store")
            response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        logger.info(
            "request",
            extra={
                "request_id": request.__dict__["id"],
                "method": request.method,
                "route": getattr(request.resolver_match, "route", ""),
                "status": response.status_code,
            },
        )
        return response


class PlainErrors:
    """Shows what a person can act on as a page: problem, place and cure."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn an error with a cure into a page."""
        if isinstance(error, Http404 | PermissionDenied):
            return None
        if not isinstance(error, SkillmixError):
            logger.error(
                "fault",
                exc_info=error,
                extra={"request_id": request.__dict__.get("id"), "route": request.path.split("/")[1]},
            )
            return None
        status = status_of(error)
        where = [str(w) for w in error.where if str(w)]
        if request.path.startswith("/api/"):
            body = {"problem": error.problem, "cure": error.cure, "where": where}
            return JsonResponse(body, status=status)
        context = {"problem": error.problem, "cure": error.cure, "where": where, "status": status}
        return render(request, "site/error.jinja", context, status=status)


class PlaceInAddress:
    """Tells views and templates which place the address names."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Remember the place."""
        if "place" in kwargs and not request.path.startswith("/api/"):
            request.__dict__["place_slug"] = kwargs["place"]
