"""Page views, kept to be sealed in batches."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

from skillmix.web.audit import spool
from skillmix.web.audit.asking import ANSWERING, who

logger = logging.getLogger("skillmix.web")

#: How the names of pages end that a browser asks for again and again by itself.
_BY_ITSELF: Final = "progress"


class PageViews:
    """Keeps who looked at which page of a place: never what they typed or asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on, and keep a line where a page of a place was shown."""
        answering = ANSWERING.set(request)
        try:
            response = self.get_response(request)
        finally:
            ANSWERING.reset(answering)
        if request.method == "GET" and response.status_code == 200 and self._is_page(request, response):
            try:
                spool.write(str(request.__dict__["place_slug"]), _line(request))
            except OSError as error:
                # A full disk closes no page; that views are not kept is told where faults are told.
                logger.error("page view not kept", exc_info=error)
        return response

    def _is_page(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        name = request.__dict__.get("page_name", "")
        html = str(response.get("Content-Type", "")).startswith("text/html")
        return bool(name) and not name.endswith(_BY_ITSELF) and html


def _line(request: HttpRequest) -> str:
    asked = who(request)
    view: dict[str, Any] = {
        "account": asked["account"],
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
        "from": asked["address"],
        "page": request.__dict__["page_name"],
        "path": request.path,
        "request": request.__dict__.get("id", ""),
        "who": asked["actor"],
    }
    return json.dumps(view, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
