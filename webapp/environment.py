"""What the environment decides: where Netloom listens, where it keeps its files, and its secret."""

import os
import secrets
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent


def host() -> str:
    return os.environ.get("HOST") or "127.0.0.1"


def port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT must be a number from 1 to 65535. Received: PORT={text}.")
    return int(text)


def home() -> Path:
    """The data folder; made on first use, readable by its owner only."""
    folder = Path(os.environ.get("NETLOOM_HOME") or CLONE / ".netloom").expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The key that signs sessions: made once, kept in the data folder for its owner alone."""
    path = folder / "secret_key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(key := secrets.token_urlsafe(50))
    return key


def names(variable: str) -> list[str]:
    """A comma-separated variable as a list."""
    return [part.strip() for part in os.environ.get(variable, "").split(",") if part.strip()]


def allowed_hosts(host: str, origins: list[str]) -> list[str]:
    """The names this server answers to. Listening on every address means answering to every name."""
    if host in {"0.0.0.0", "::"}:
        return ["*"]
    return [host, "localhost", "127.0.0.1", "[::1]", *(origin.split("://")[-1].rsplit(":", 1)[0] for origin in origins)]
