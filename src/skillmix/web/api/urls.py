"""Addresses of the API: every operation under ``v1``, and its description."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from skillmix.web.api import views
from skillmix.web.api.operations import NEEDS, api
from skillmix.web.api.routes import figures, places, projections, submissions
from skillmix.web.site.pages import ANYBODY

#: Imported for what they declare.
ROUTES = (places, figures, projections, submissions)


def declared(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The addresses of the operations, each view with the ability that it needs."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            # What is no operation is the root, which holds nothing.
            pattern.callback.__dict__["needs"] = NEEDS.get(pattern.name or "", ANYBODY)
            pattern.callback.__dict__["of_api"] = True
    return patterns


_patterns, _app, _namespace = api.urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", views.description, name="api_description"),
    path("v1/", (declared(_patterns), _app, _namespace)),
]
