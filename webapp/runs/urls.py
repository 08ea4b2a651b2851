"""Addresses of the runs."""

from django.urls import path

from webapp.runs.evaluation import EvaluationView
from webapp.runs.found_rate import KeptRateView
from webapp.runs.notices import NoticesView, SeenView
from webapp.runs.overview import CurveView, OverviewView
from webapp.runs.rate_finder import RateFinderView
from webapp.runs.steering_views import (
    ChangeView,
    CheckpointsView,
    ContinueView,
    PauseView,
    ResumeView,
    StopView,
)
from webapp.runs.table import ComparisonView, RunTableView
from webapp.runs.take_away import BundleView, PredictView
from webapp.runs.views import EventsView, PreflightView, RunsView, RunView
from webapp.runs.webhook import WebhookTrialView, WebhookView

urlpatterns = [
    path("runs/", RunsView.as_view()),
    path("rates/find/", RateFinderView.as_view()),
    path("preflight/", PreflightView.as_view()),
    path("runs/compare/", ComparisonView.as_view()),
    path("runs/<int:pk>/", RunView.as_view()),
    path("runs/<int:pk>/stop/", StopView.as_view()),
    path("runs/<int:pk>/pause/", PauseView.as_view()),
    path("runs/<int:pk>/resume/", ResumeView.as_view()),
    path("runs/<int:pk>/change/", ChangeView.as_view()),
    path("runs/<int:pk>/continue/", ContinueView.as_view()),
    path("runs/<int:pk>/checkpoints/", CheckpointsView.as_view()),
    path("runs/<int:pk>/events/", EventsView.as_view()),
    path("runs/<int:pk>/curve/", CurveView.as_view()),
    path("runs/<int:pk>/overview/", OverviewView.as_view()),
    path("runs/<int:pk>/predict/", PredictView.as_view()),
    path("runs/<int:pk>/bundle/", BundleView.as_view()),
    path("runs/<int:pk>/evaluation/", EvaluationView.as_view()),
    path("projects/<int:pk>/runs/", RunTableView.as_view()),
    path("projects/<int:pk>/rate/", KeptRateView.as_view()),
    path("notices/", NoticesView.as_view()),
    path("notices/seen/", SeenView.as_view()),
    path("webhook/", WebhookView.as_view()),
    path("webhook/test/", WebhookTrialView.as_view()),
]
