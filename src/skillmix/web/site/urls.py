"""Every address: those of no place first, then a place's, each under the place's word."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from skillmix.web.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/", include("skillmix.web.api.urls")),
    path("help/", include("skillmix.web.help.open_urls")),
    path("account/", include("skillmix.web.api.account_urls")),
    path("", include("skillmix.web.people.urls")),
    path("<slug:place>/", include("skillmix.web.panels.urls")),
    path("<slug:place>/", include("skillmix.web.people.place_urls")),
    path("<slug:place>/", include("skillmix.web.figures.urls")),
    path("<slug:place>/", include("skillmix.web.submissions.urls")),
    path("<slug:place>/", include("skillmix.web.jobs.urls")),
    path("<slug:place>/", include("skillmix.web.scenarios.urls")),
    path("<slug:place>/", include("skillmix.web.agreements.urls")),
    path("<slug:place>/", include("skillmix.web.audit.urls")),
    path("<slug:place>/", include("skillmix.web.help.urls")),
]
if settings.PERSONAS:
    urlpatterns.insert(1, path("personas/", include("skillmix.web.people.persona_urls")))

handler404 = "skillmix.web.site.views.not_found"
handler500 = "skillmix.web.site.views.fault"
