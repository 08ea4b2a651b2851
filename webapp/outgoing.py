"""Sending JSON to an address somebody typed: never into the server's own network, never elsewhere than was asked."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 3  # of one host that are tried
DEADLINE_SECONDS = 20.0  # for the whole exchange, however slowly the other side speaks
LONGEST_URL = 500
PORTS = {"http": 80, "https": 443}
TRY_AGAIN = frozenset({408, 425, 429})  # refusals that say "later"

HIDING = [ipaddress.ip_network(one) for one in ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48")]
"""Where a network of its own may put another address in: as good as private."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotSent(Exception):
    """Why nothing arrived, in a sentence. `lasting` means that trying again would not help."""

    def __init__(self, message: str, hint: str = "", *, lasting: bool = False) -> None:
        super().__init__(message)
        self.message, self.hint, self.lasting = message, hint, lasting


@dataclass(frozen=True)
class Place:
    """An address that may be written to, with the numbers its host has at this moment."""

    url: SplitResult
    port: int
    addresses: tuple[str, ...]


def find_place(url: str) -> Place:
    """Looks an address up. Raises NotSent for one that is no web address or lies in a private network."""
    parts = parse(url)
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(f"There is no host called {parts.hostname}.", "Check the address.") from None
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.WEBHOOK_PRIVATE and not all(public(address) for address in addresses):
        raise NotSent(
            f"{parts.hostname} lies in a private network, which Netloom does not write to.",
            "Use a public address. Whoever runs the server can allow private ones with NETLOOM_WEBHOOK_PRIVATE=1.",
            lasting=True,
        )
    return Place(parts, port, addresses)


def parse(url: str) -> SplitResult:
    """An http or https address in its parts. Raises NotSent."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in PORTS and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    plain = len(url) <= LONGEST_URL and url.isascii() and url.isprintable() and " " not in url
    if not known or not plain:
        raise NotSent(
            "This is no web address.", "Give one that begins with https:// or http://.", lasting=True
        ) from None
    if parts.username is not None or parts.password is not None:
        raise NotSent("The address holds a name or a password.", "Leave out what stands before the @.", lasting=True)
    return parts


def public(address: str) -> bool:
    """Whether an address can be reached from anywhere; those that hide another one count as what they hide."""
    number: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        hidden = number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1]
        if hidden is None and number in ipaddress.ip_network("64:ff9b::/96"):
            hidden = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if hidden is not None:
            return public(str(hidden))
        if number.is_site_local or any(number in network for network in HIDING):
            return False
    return number.is_global and not number.is_multicast


def post_json(url: str, document: Mapping[str, Any], headers: Mapping[str, str]) -> int:
    """Posts a document and returns the status, which is 2xx. Raises NotSent for everything else.

    The host is looked up once and that very number is called, so a name cannot change its meaning in between.
    """
    place = find_place(url)
    try:
        connection = connect(place)
        try:
            status = exchange(connection, place, json.dumps(document).encode(), headers)
        finally:
            connection.close()
    except (TimeoutError, http.client.HTTPException, ssl.SSLError, OSError) as error:
        raise NotSent(reason(error, place)) from None
    if status in range(200, 300):
        return status
    raise refusal(status)


def connect(place: Place) -> http.client.HTTPConnection:
    """A connection to the first of the addresses that answers."""
    host = str(place.url.hostname)
    secure = place.url.scheme == "https"
    made = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = made(host, place.port, timeout=CONNECT_SECONDS)
    trouble: OSError | None = None
    for address in place.addresses[:MOST_ADDRESSES]:
        try:
            plain = socket.create_connection((address, place.port), timeout=CONNECT_SECONDS)
        except OSError as error:
            trouble = error
            continue
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        return connection
    raise trouble or OSError("no address")


def exchange(connection: http.client.HTTPConnection, place: Place, body: bytes, headers: Mapping[str, str]) -> int:
    """Sends the request and reads the status; the answer's body is of no interest."""
    target = place.url.path or "/"
    if place.url.query:
        target += f"?{place.url.query}"
    late = threading.Timer(DEADLINE_SECONDS, hang_up, [connection.sock])
    late.daemon = True
    late.start()
    try:
        sent = {"Content-Type": "application/json", "User-Agent": "Netloom", "Connection": "close", **headers}
        connection.request("POST", target, body=body, headers=sent)
        return connection.getresponse().status
    finally:
        late.cancel()


def hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def reason(error: Exception, place: Place) -> str:
    host = place.url.hostname
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {host} is not valid: {error.verify_message}."
    if isinstance(error, TimeoutError):
        return f"{host} did not answer in time."
    if isinstance(error, ConnectionRefusedError):
        return f"{host} refuses the connection on port {place.port}."
    if isinstance(error, ssl.SSLError):
        return f"{host} does not speak https on port {place.port}."
    if isinstance(error, http.client.HTTPException | ConnectionError):
        return f"{host} broke off without an answer."
    return f"{host} cannot be reached."


def refusal(status: int) -> NotSent:
    name = next((known.phrase for known in HTTPStatus if known == status), "")
    said = f"The address answered {status} {name}".strip()
    if status in range(300, 400):
        return NotSent(f"{said}, a redirect, which is not followed.", "Give the final address.", lasting=True)
    return NotSent(f"{said}.", lasting=status in range(400, 500) and status not in TRY_AGAIN)
