"""Addresses of pages of figures."""

from django.urls import path

from skillmix.web.figures.views import comments, grids, homes, organisations, professions

urlpatterns = [
    path("", homes.home, name="home"),
    path("coverage/", homes.coverage, name="coverage"),
    path("grid/", grids.grid, name="grid"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<str:code>/", organisations.organisation, name="organisation"),
    path("professions/", professions.professions, name="professions"),
    path("professions/<slug:code>/", professions.profession, name="profession"),
    path("comments/new/", comments.new, name="comment_new"),
    path("comments/<int:number>/withdraw/", comments.withdraw, name="comment_withdraw"),
]
