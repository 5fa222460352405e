"""Addresses of personal tokens, below an account's."""

from django.urls import path

from skillmix.web.api import views

urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:number>/revoke/", views.revoke, name="revoke_token"),
]
