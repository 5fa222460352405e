"""Errors of the API: the problem, the cure and where, as JSON, each with its status."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, Throttled, ValidationError
from pydantic import Field

from skillmix.errors import SkillmixError
from skillmix.web.site.middleware import status_of

logger = logging.getLogger("skillmix.web")


class Problem(Schema):
    """What went wrong, and what to do about it."""

    problem: str = Field(description="What is wrong, in one plain sentence.")
    cure: str = Field(description="What to do about it.")
    where: list[str] = Field(description="The parameters or values concerned.")


#: Answers that every operation may give, besides its own.
PROBLEMS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), Problem)
#: What each of them means, for the description.
MEANINGS = {
    400: "A parameter cannot stand; the cure says what can.",
    401: "No token, or one that is revoked or expired, or whose owner is no member any more.",
    403: "The token, or its owner's memberships, do not allow this.",
    404: "There is no such place or record for this token.",
    409: "The place cannot be read at the moment.",
    422: "The data cannot support the figure that was asked for, or it may not be shown; the reason is told.",
    429: "Too many requests; the header Retry-After says when to ask again.",
}


def problem(
    status: int, words: str, cure: str = "", where: list[str] | None = None, **headers: str
) -> HttpResponse:
    """A problem as an answer."""
    body = {"problem": words, "cure": cure, "where": where or []}
    response = JsonResponse(body, status=status)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def handle(api: NinjaAPI) -> None:
    """Answer every kind of error in the same form."""

    @api.exception_handler(SkillmixError)
    def _told(request: HttpRequest, error: SkillmixError) -> HttpResponse:
        return problem(status_of(error), error.problem, error.cure, [str(w) for w in error.where if str(w)])

    @api.exception_handler(ValidationError)
    def _parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
        first = error.errors[0] if error.errors else {}
        where = [str(e["loc"][-1]) for e in error.errors if e.get("loc")]
        words = str(first.get("msg", "cannot stand")).rstrip(".")
        return problem(400, "A parameter cannot stand.", f"{words}.", where)

    @api.exception_handler(AuthenticationError)
    def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(
            401,
            "No token that works was sent.",
            "Send 'Authorization: Bearer' and a token that you made under 'My account, API tokens'.",
            WWW_Authenticate='Bearer realm="skillmix"',
        )

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(
            404, "There is no such place or record for this token.", "See /api/v1/places for the place."
        )

    @api.exception_handler(Throttled)
    def _slower(request: HttpRequest, error: Throttled) -> HttpResponse:
        wait = str(int(getattr(error, "wait", None) or 60))
        return problem(429, "Too many requests.", f"Ask again after {wait} seconds.", Retry_After=wait)

    @api.exception_handler(Exception)
    def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
        number = str(request.__dict__.get("id", ""))
        logger.error("fault", exc_info=error, extra={"request_id": number, "route": "api"})
        return problem(
            500,
            "Something went wrong here, and it is not your doing.",
            "Try again. If it happens again, tell a place administrator the number.",
            [number] if number else [],
        )
