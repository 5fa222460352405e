"""Addresses of pages of figures."""

from django.urls import path

from skillmix.web.figures import views

urlpatterns = [
    path("", views.home, name="home"),
    path("grid/", views.grid, name="grid"),
]
