"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from skillmix.web.scenarios.views import assumptions, comparing, runs, scenarios

urlpatterns: list[URLPattern | URLResolver] = [
    path("scenarios/", scenarios.listed, name="scenarios"),
    path("scenarios/new/", scenarios.new, name="scenario_new"),
    path("scenarios/<str:stem>/", scenarios.one, name="scenario"),
    path("scenarios/<str:stem>/edit/", scenarios.edit, name="scenario_edit"),
    path("scenarios/<str:stem>/copy/", scenarios.copy, name="scenario_copy"),
    path("scenarios/<str:stem>/run/", scenarios.run, name="scenario_run"),
    path("scenarios/<str:stem>/routes/", scenarios.routes, name="scenario_routes"),
    path("compare/", comparing.compared, name="compare"),
    path("compare/run/", comparing.run, name="compare_run"),
    path("runs/", runs.listed, name="runs"),
    path("runs/<str:run>/", runs.one, name="run"),
    path("assumptions/", assumptions.listed, name="assumptions"),
    path("assumptions/<str:assumption>/", assumptions.one, name="assumption"),
    path("assumptions/<str:assumption>/edit/", assumptions.edit, name="assumption_edit"),
]
