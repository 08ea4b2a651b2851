"""Addresses of the data sets."""

from django.urls import path

from webapp.datasets.looking import ColumnView, RelationsView
from webapp.datasets.tus import UploadsView, UploadView
from webapp.datasets.views import (
    AppendView,
    DatasetsView,
    DatasetView,
    ImageView,
    RejectedView,
    RowsView,
    SamplesView,
    TogetherView,
)

urlpatterns = [
    path("datasets/", DatasetsView.as_view()),
    path("datasets/together/", TogetherView.as_view()),
    path("datasets/<int:pk>/", DatasetView.as_view()),
    path("datasets/<int:pk>/append/", AppendView.as_view()),
    path("datasets/<int:pk>/rows/", RowsView.as_view()),
    path("datasets/<int:pk>/column/", ColumnView.as_view()),
    path("datasets/<int:pk>/relations/", RelationsView.as_view()),
    path("datasets/<int:pk>/rejected/", RejectedView.as_view()),
    path("datasets/<int:pk>/images/<int:index>/", ImageView.as_view()),
    path("uploads/", UploadsView.as_view()),
    path("uploads/<uuid:pk>/", UploadView.as_view()),
    path("samples/", SamplesView.as_view()),
]
