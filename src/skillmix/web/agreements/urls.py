"""Addresses of sharing agreements."""

from django.urls import path

from skillmix.web.agreements import views

urlpatterns = [
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/new/", views.new, name="new_agreement"),
    path("agreements/<str:agreement>/", views.agreement, name="agreement"),
    path("agreements/<str:agreement>/edit/", views.edit, name="edit_agreement"),
    path("agreements/<str:agreement>/end/", views.end, name="end_agreement"),
    path("agreements/<str:agreement>/attach/", views.attach, name="attach_agreement"),
]
