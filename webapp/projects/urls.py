"""Addresses of the projects and of the drawing board."""

from django.urls import path
from django.views.decorators.gzip import gzip_page

from webapp.projects.blocks import BlocksView, BlockView
from webapp.projects.drawing import CheckView, CodeView, ImportView, LayersView, RatesView, SettingsView, StarterView
from webapp.projects.preparation import AccountView, FindingsView, FormulaView, RecipeFormView
from webapp.projects.views import ProjectsView, ProjectView, RestoreView, TemplatesView

urlpatterns = [
    path("projects/", ProjectsView.as_view()),
    path("projects/<int:pk>/", ProjectView.as_view()),
    path("projects/<int:pk>/restore/", RestoreView.as_view()),
    path("templates/", TemplatesView.as_view()),
    path("blocks/", BlocksView.as_view()),
    path("blocks/<int:pk>/", BlockView.as_view()),
    path("layers/", gzip_page(LayersView.as_view())),
    path("settings/", SettingsView.as_view()),
    path("rates/", RatesView.as_view()),
    path("check/", CheckView.as_view()),
    path("code/", CodeView.as_view()),
    path("import/", ImportView.as_view()),
    path("starter/", StarterView.as_view()),
    path("recipe/", RecipeFormView.as_view()),
    path("account/", AccountView.as_view()),
    path("formula/", FormulaView.as_view()),
    path("findings/", FindingsView.as_view()),
]
