"""Addresses of the personas of a demonstration."""

from django.urls import path

from skillmix.web.people import persona_views as views

urlpatterns = [
    path("", views.personas, name="personas"),
    path("sign-in/", views.sign_in, name="sign_in_as"),
]
