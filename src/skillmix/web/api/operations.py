"""Operations: each declares its address, the ability that it needs and the columns of its rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.security import HttpBearer

from skillmix.errors import InputError, ScopeError
from skillmix.intake.nearest import nearest
from skillmix.web.api.answers import Answer, Page, Paging, respond
from skillmix.web.api.errors import MEANINGS, PROBLEMS, handle
from skillmix.web.api.rates import TokenRate
from skillmix.web.api.tokens import Bearer, bearer_of
from skillmix.web.audit.log import record
from skillmix.web.panels.files import TYPES
from skillmix.web.site.pages import MEMBER

Found = TypeVar("Found", bound=Callable[..., Answer])

#: The ability that each operation needs, by its name in the description.
NEEDS: dict[str, str] = {}

DESCRIPTION = (
    "Released figures of a place, under the same agreements and disclosure rules as its pages. Send a "
    "personal token: 'Authorization: Bearer skx_...'. Numbers are unrounded and null where unknown; missing "
    "is not zero. What is synthetic says 'Invented' in its row."
)


class PersonalToken(HttpBearer):
    """A personal token in the header Authorization; a browser's session is not taken."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        """Who asks; from here on the request is theirs, whoever else is signed in in the same browser."""
        bearer = bearer_of(token.strip())
        if bearer is not None:
            request.user = bearer.token.user
            slug = bearer.token.place
            request.__dict__["place_slug"] = slug
            request.__dict__["_principals"] = {slug: bearer.principal}
            request.__dict__.pop("_readings", None)
        return bearer


api = NinjaAPI(
    title="Skillmix",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    auth=PersonalToken(),
    throttle=[TokenRate()],
)
handle(api)

_FILES: dict[str, Any] = {
    kind: {"schema": {"type": "string", "format": "binary"}}
    for kind in (TYPES["csv"].partition(";")[0], TYPES["parquet"])
}
_HEADERS: dict[str, Any] = {
    "X-Total-Count": {"description": "Rows altogether.", "schema": {"type": "string"}},
    "X-Publication": {"description": "Publication number.", "schema": {"type": "string"}},
    "X-Oldest-As-Of": {"description": "Oldest date among the facts.", "schema": {"type": "string"}},
    "X-Newest-As-Of": {"description": "Newest date among the facts.", "schema": {"type": "string"}},
    "X-Synthetic": {"description": "Whether anything is invented.", "schema": {"type": "string"}},
    "X-Notes": {"description": "What must be said beside the figures.", "schema": {"type": "string"}},
}


def _needed(needs: str) -> str:
    return "Every token of the place may ask." if needs == MEMBER else f"Needs the ability '{needs}'."


def _refuse_unknown(request: HttpRequest, asked: Paging) -> None:
    """Refuse a parameter that the operation does not have: passed over, it would widen what is answered.

    Raises:
        InputError: naming it, the one that is meant, and those that there are.
    """
    known = sorted(type(asked).model_fields)
    if unknown := sorted(set(request.GET) - set(known)):
        like = nearest(unknown[0], known)
        meant = f"Did you mean {like!r}? " if like else ""
        raise InputError(
            f"There is no parameter {unknown[0]!r} here.",
            cure=f"{meant}There are: {', '.join(known)}.",
        )


def operation(path: str, *, needs: str, row: type[Any], tag: str) -> Callable[[Found], Found]:
    """Declare an operation that gives rows.

    The function is called as ``function(request, ..., asked)`` with `asked` its parameters, a kind of
    `Paging`, and returns an `Answer`. Its first line is the summary of its description.

    Args:
        path: address below ``/api/v1``; with ``{place}`` where it is about one.
        needs: an ability, or ``member``.
        row: the model of a row.
        tag: under which heading the description lists it.
    """

    def declare(function: Found) -> Found:
        name = function.__name__

        @wraps(function)
        def guarded(request: HttpRequest, **given: Any) -> HttpResponse:
            bearer: Bearer = request.auth  # type: ignore[attr-defined]
            principal = bearer.principal
            if given.get("place", principal.place) != principal.place:
                raise Http404
            if needs != MEMBER and needs not in principal.abilities:
                raise ScopeError(
                    "The token does not allow this.",
                    cure=f"Make a token with the ability '{needs}', if your role has it.",
                )
            request.__dict__["page_name"] = f"api {name}"
            asked: Paging = given["asked"]
            _refuse_unknown(request, asked)
            answer = function(request, **given)
            parameters = {k: v for k, v in asked.model_dump(mode="json").items() if v is not None}
            detail = {"token": bearer.token.prefix, "parameters": parameters}
            record(
                request, "api", "/".join([name, *(str(v) for k, v in given.items() if k == "run")]), detail
            )
            return respond(request, answer, asked, f"{principal.place}-{name}")

        # Annotations are resolved where the function stands, not here.
        guarded.__dict__["__signature__"] = inspect.signature(function, eval_str=True)
        summary, _, rest = (inspect.getdoc(function) or "").partition("\n")
        about: dict[int, Any] = {status: {"description": words} for status, words in MEANINGS.items()}
        about[200] = {"description": "The rows.", "content": _FILES, "headers": _HEADERS}
        api.get(
            path,
            response={200: Page[row], **PROBLEMS},  # type: ignore[valid-type]
            operation_id=name,
            url_name=name,
            summary=summary.rstrip("."),
            description=f"{rest.strip()}\n\n{_needed(needs)}".strip(),
            tags=[tag],
            openapi_extra={"responses": about, "x-needs": needs},
        )(guarded)
        NEEDS[name] = needs
        function.__dict__["needs"] = needs
        return function

    return declare
