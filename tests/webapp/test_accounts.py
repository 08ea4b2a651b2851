"""Signing in by a one-time link, by session and by token."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from webapp.accounts.models import ApiToken, SignInLink, User
from webapp.accounts.services import create_link, create_token, link_address, redeem_link

pytestmark = pytest.mark.django_db


def printed(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue().strip()


def test_a_link_signs_in_and_leads_to_the_application() -> None:
    client = Client()
    answer = client.get("/signin", {"token": create_link(username="anna")})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/api/me/").json() == {"username": "anna"}


def test_a_link_works_once() -> None:
    secret = create_link(username="anna")
    assert Client().get("/signin", {"token": secret}).status_code == 302
    answer = Client().get("/signin", {"token": secret})
    assert answer.status_code == 403
    assert "manage.py link" in answer.content.decode()


def test_a_link_expires() -> None:
    secret = create_link(username="anna")
    SignInLink.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert redeem_link(secret=secret) is None


def test_whoever_is_signed_in_already_is_let_through_by_a_used_link() -> None:
    client, secret = Client(), create_link(username="anna")
    client.get("/signin", {"token": secret})
    assert client.get("/signin", {"token": secret}).status_code == 302


def test_the_address_without_a_token_leads_to_the_page_that_tells_how_to_get_in() -> None:
    answer = Client().get("/signin")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_head_request_does_not_use_up_the_link() -> None:
    secret = create_link(username="anna")
    Client().head("/signin", {"token": secret})
    assert redeem_link(secret=secret) is not None


def test_only_digests_of_secrets_are_stored() -> None:
    link, token = create_link(username="anna"), create_token(username="anna")
    assert link not in str(SignInLink.objects.values())
    assert token not in str(ApiToken.objects.values())
    assert not User.objects.get().has_usable_password()


def test_the_api_signs_in_with_the_secret_of_a_link() -> None:
    client = APIClient()
    answer = client.post("/api/signin/", {"token": create_link(username="anna")}, format="json")
    assert (answer.status_code, answer.json()) == (200, {"username": "anna"})
    assert client.get("/api/me/").status_code == 200
    assert client.post("/api/signin/", {"token": "wrong"}, format="json").json()["error"]["code"] == "link_not_valid"


def test_signing_out_ends_the_session() -> None:
    client = APIClient()
    client.post("/api/signin/", {"token": create_link(username="anna")}, format="json")
    assert client.post("/api/signout/").status_code == 204
    assert client.get("/api/me/").status_code == 401


def test_the_token_command_makes_the_person_and_a_working_token() -> None:
    token = printed("token", "script")
    client = Client(headers={"Authorization": f"Token {token}"})
    assert client.get("/api/me/").json() == {"username": "script"}


def test_the_link_command_prints_an_address_that_signs_in(settings: Any) -> None:
    address = printed("link", "anna")
    assert address.startswith(f"http://{settings.HOST}:{settings.PORT}/signin?token=")
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("box.lan", "box.lan")]
)
def test_the_address_of_a_link_can_be_opened_on_this_machine(settings: Any, host: str, shown: str) -> None:
    settings.HOST, settings.PORT = host, 8000
    assert link_address("abc") == f"http://{shown}:8000/signin?token=abc"


def test_a_wrong_token_is_refused_even_beside_a_session() -> None:
    client = Client(headers={"Authorization": "Token wrong"})
    client.get("/signin", {"token": create_link(username="anna")})
    answer = client.get("/api/me/")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "authentication_failed"


def test_a_token_of_somebody_inactive_is_refused() -> None:
    token = create_token(username="anna")
    User.objects.update(is_active=False)
    assert Client(headers={"Authorization": f"Token {token}"}).get("/api/me/").status_code == 401


def test_a_session_needs_the_csrf_token_to_write() -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/signin", {"token": create_link(username="anna")})
    refused = client.post("/api/projects/", {"name": "New"}, content_type="application/json")
    assert (refused.status_code, set(refused.json()["error"])) == (403, {"code", "message", "hint", "where"})
    client.get("/")
    csrf = client.cookies["csrftoken"].value
    allowed = client.post(
        "/api/projects/", {"name": "New"}, content_type="application/json", headers={"X-CSRFToken": csrf}
    )
    assert allowed.status_code == 201


def test_a_token_needs_no_csrf_token() -> None:
    token = create_token(username="anna")
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Token {token}"})
    assert client.post("/api/projects/", {"name": "New"}, content_type="application/json").status_code == 201
