"""Webhooks call public web addresses only, however such an address is written."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from webapp import outgoing
from webapp.outgoing import NotSent, find_place, parse, public

PRIVATE = [
    "http://127.0.0.1/", "http://localhost:8000/", "http://10.1.2.3/", "http://192.168.0.1/", "http://172.16.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://[::1]/", "http://[fe80::1]/",
    "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::a00:1]/", "http://2130706433/",
    "http://0x7f.1/", "http://100.64.0.1/", "http://224.0.0.1/", "http://[2002:7f00:1::]/",
    "http://[fec0::1]/", "http://[64:ff9b:1::7f00:1]/", "http://[::10.0.0.1]/", "http://[::ffff:0:127.0.0.1]/",
]  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_in_a_private_network_is_refused(api: APIClient, url: str) -> None:
    answer = api.patch("/api/webhook/", {"url": url}, "json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "webhook_not_allowed")
    assert "private network" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "example.org", "https://", "http://a:b@example.org/",
     "http://example.org:99999/", "http://example.org/a b", "http://example.org/\nHost: x", "javascript:alert(1)",
     "http://[::1", "https://" + "a" * 600],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(NotSent):
        parse(url)


def test_a_name_that_leads_into_a_private_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("93.184.215.14", 80)), (2, 1, 6, "", ("10.0.0.5", 80))]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotSent, match="private network"):
        find_place("http://looks.fine.example/")


def test_public_addresses_pass() -> None:
    assert public("93.184.215.14")
    assert public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
