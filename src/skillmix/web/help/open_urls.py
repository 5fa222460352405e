"""Addresses of help for everybody, without an account."""

from django.urls import path

from skillmix.web.help import views

urlpatterns = [path("staff/", views.staff, name="help_staff")]
