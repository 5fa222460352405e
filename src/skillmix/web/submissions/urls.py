"""Addresses of this app."""

from django.urls import URLPattern, URLResolver, path

from skillmix.web.submissions import actions, return_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("submit/", views.submit, name="submit"),
    path("submit/template/<slug:source>.xlsx", views.template, name="submit_template"),
    path("submissions/", views.submissions, name="submissions"),
    path("submissions/<uuid:number>/", views.submission, name="submission"),
    path("submissions/<uuid:number>/progress/", views.progress, name="submission_progress"),
    path("submissions/<uuid:number>/set-aside.csv", views.set_aside, name="submission_set_aside"),
    path("submissions/<uuid:number>/correct/", actions.correct, name="submission_correct"),
    path("submissions/<uuid:number>/publish/", actions.publish, name="submission_publish"),
    path("submissions/<uuid:number>/withdraw/", actions.withdraw, name="submission_withdraw"),
    path("submissions/<uuid:number>/again/", actions.again, name="submission_again"),
    path("submissions/<slug:submission>/", views.elsewhere, name="submission_elsewhere"),
    path("return/", return_views.one_page, name="return"),
    path("return/<str:organisation>/", return_views.of_organisation, name="return_of"),
]
