"""Addresses of accounts: signing in, the account itself, invitations."""

from django.urls import include, path

from skillmix.web.people import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/", include("allauth.urls")),
]
