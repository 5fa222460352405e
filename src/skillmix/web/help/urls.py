"""Addresses of help pages."""

from django.urls import path

from skillmix.web.help import views

urlpatterns = [path("help/", views.index, name="help")]
