"""Addresses of panels, below a place's."""

from django.urls import re_path

from skillmix.web.panels import views

urlpatterns = [
    re_path(r"^panels/(?P<name>[a-z0-9-]+)\.(?P<ending>[a-z]+)$", views.file, name="panel"),
]
