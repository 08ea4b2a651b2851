"""Signing in and out, and who is signed in."""

from http import HTTPStatus

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.accounts.serializers import MeSerializer, SignInSerializer
from webapp.accounts.services import redeem_link
from webapp.exceptions import Refused
from webapp.owned import OwnedView

BACKEND = "django.contrib.auth.backends.ModelBackend"
REMEDY = (
    "A sign-in link works once. For a new one, run this where Netloom was started: .venv/bin/python manage.py link "
    "(another person than the one who started it adds their name; whoever set NETLOOM_HOME sets it here too)."
)


class MeView(OwnedView):
    """Who is signed in."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(self.person).data)


class SignInView(APIView):
    """Exchanges the secret of a one-time link for a session."""

    permission_classes = [AllowAny]

    @extend_schema(request=SignInSerializer, responses=MeSerializer)
    def post(self, request: Request) -> Response:
        fields = SignInSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        user = redeem_link(secret=fields.validated_data["token"])
        if user is None:
            raise Refused(
                HTTPStatus.FORBIDDEN, "link_not_valid", "This sign-in link is used, expired or unknown.", REMEDY
            )
        login(request, user, backend=BACKEND)
        return Response(MeSerializer(user).data)


class SignOutView(APIView):
    """Ends the session."""

    permission_classes = [AllowAny]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        logout(request)
        return Response(status=HTTPStatus.NO_CONTENT)


@never_cache
@require_safe
def open_link(request: HttpRequest) -> HttpResponse:
    """`/signin?token=…`, the address that is printed at start."""
    user = redeem_link(secret=request.GET.get("token", "")) if request.method == "GET" else None
    if user is not None:
        login(request, user, backend=BACKEND)
        return HttpResponseRedirect("/")
    if request.user.is_authenticated or "token" not in request.GET:
        return HttpResponseRedirect("/")  # where the page itself tells how to get in
    context = {"message": "This sign-in link is used, expired or unknown.", "hint": REMEDY}
    return render(request, "pages/problem.html", context, status=HTTPStatus.FORBIDDEN)
