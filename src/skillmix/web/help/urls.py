"""Addresses of a place's help pages."""

from django.urls import path

from skillmix.web.help import views

urlpatterns = [
    path("help/", views.index, name="help"),
    path("help/definitions/", views.definitions, name="help_definitions"),
    path("help/methods/", views.methods, name="help_methods"),
    path("help/sources/", views.sources, name="help_sources"),
    path("help/sharing/", views.sharing, name="help_sharing"),
    path("help/moving/", views.moving, name="help_moving"),
    path("help/excel/", views.excel, name="help_excel"),
    path("help/api/", views.api, name="help_api"),
    path("help/roles/", views.roles, name="help_roles"),
]
