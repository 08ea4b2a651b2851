"""Addresses of the accounts."""

from django.urls import path

from webapp.accounts.views import MeView, SignInView, SignOutView

urlpatterns = [
    path("me/", MeView.as_view()),
    path("signin/", SignInView.as_view()),
    path("signout/", SignOutView.as_view()),
]
