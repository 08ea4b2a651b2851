"""All addresses of the server."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from webapp import schema  # noqa: F401 - tells OpenAPI about our own fields
from webapp.accounts.views import open_link
from webapp.pages.documentation import documentation
from webapp.pages.guide import guide
from webapp.pages.status import SystemView, health, ready
from webapp.pages.views import application, favicon

urlpatterns = [
    path("api/", include("webapp.accounts.urls")),
    path("api/", include("webapp.projects.urls")),
    path("api/", include("webapp.datasets.urls")),
    path("api/", include("webapp.runs.urls")),
    path("api/system/", SystemView.as_view()),
    path("api/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/docs/", documentation),
    path("guide/", guide),
    path("health/", health),
    path("ready/", ready),
    path("signin", open_link),
    path("favicon.svg", favicon),
    path("", application),
    re_path(r"^projects(/.*)?$", application),
]
handler400 = "webapp.exceptions.bad_request"
handler403 = "webapp.exceptions.permission_denied"
handler404 = "webapp.exceptions.page_not_found"
handler500 = "webapp.exceptions.server_error"
