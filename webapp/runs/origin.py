"""Only pages of this very server may open a socket: scheme, host and port have to match."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from webapp.limits import Application, Receive, Scope, Send


class OriginCheck:
    """ASGI middleware that refuses sockets from other origins. Scripts, which send no origin, pass."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if allowed(scope):
            await self.application(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4403})


def allowed(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    if b"origin" not in headers:
        return True
    origin = headers[b"origin"].decode("latin-1")
    if origin in settings.ORIGINS:
        return True
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    return normal(origin) == normal(f"{scheme}://{host}")


def normal(origin: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, the port written out."""
    try:
        parts = urlsplit(origin)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", origin, None
