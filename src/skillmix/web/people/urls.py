"""Addresses of accounts: signing in, the account itself, invitations."""

from django.urls import include, path

from skillmix.web.people import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/downloads/", views.downloads, name="my_downloads"),
    path("account/", include("skillmix.web.people.sign_in_urls")),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("invitation/<str:token>/organisation/", views.invitation_by_provider, name="invitation_by_provider"),
]
