"""Addresses of the people of a place."""

from django.urls import path

from skillmix.web.people import place_views as views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/invitations/<int:number>/withdraw/", views.withdraw, name="withdraw_invitation"),
    path("people/<int:number>/", views.membership, name="membership"),
    path("people/<int:number>/end/", views.end, name="end_membership"),
    path("people/<int:number>/close/", views.close, name="close_account"),
    path("people/<int:number>/password/", views.password_link, name="password_link"),
]
