"""Addresses of the runs."""

from django.urls import path

from webapp.runs.take_away import BundleView, PredictView
from webapp.runs.views import EventsView, RunsView, RunView, StopView

urlpatterns = [
    path("runs/", RunsView.as_view()),
    path("runs/<int:pk>/", RunView.as_view()),
    path("runs/<int:pk>/stop/", StopView.as_view()),
    path("runs/<int:pk>/events/", EventsView.as_view()),
    path("runs/<int:pk>/predict/", PredictView.as_view()),
    path("runs/<int:pk>/bundle/", BundleView.as_view()),
]
