"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from skillmix.web.audit import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", views.audit, name="audit"),
    path("audit/audit.csv", views.file, name="audit_file"),
]
