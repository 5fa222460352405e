"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from skillmix.web.jobs import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs/<uuid:job>/", views.job, name="job"),
    path("jobs/<uuid:job>/progress/", views.progress, name="job_progress"),
    path("jobs/<uuid:job>/cancel/", views.cancel, name="job_cancel"),
]
