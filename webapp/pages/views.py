"""The page that carries the browser application."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from webapp.pages.assets import served_manifest

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="none" stroke="#4c6ef5" stroke-width="1.5">'
    '<path d="M4 4.5h8M4 11.5h8M4 4.5l8 7M4 11.5l8-7"/></g><g fill="#4c6ef5"><circle cx="3" cy="4.5" r="2"/>'
    '<circle cx="3" cy="11.5" r="2"/><circle cx="13" cy="4.5" r="2"/><circle cx="13" cy="11.5" r="2"/></g></svg>'
)


@never_cache
@ensure_csrf_cookie
@require_safe
def application(request: HttpRequest, path: str = "") -> HttpResponse:
    """The application; which page it shows, the browser decides from the address."""
    if not served_manifest().is_file():
        return render(request, "pages/not_built.html", status=503)
    return render(request, "pages/application.html")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(FAVICON, content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})
