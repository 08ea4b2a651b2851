"""What the environment decides: where Netloom listens, where it keeps its files, and its secret."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent


def host() -> str:
    return os.environ.get("HOST") or "127.0.0.1"


def port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT must be a number from 1 to 65535. Received: PORT={text}.")
    return int(text)


def slots() -> int:
    """How many runs train at the same time."""
    text = os.environ.get("NETLOOM_SLOTS") or "1"
    if not text.isdigit() or int(text) < 1:
        raise SystemExit(f"NETLOOM_SLOTS must be a whole number, 1 or more. Received: NETLOOM_SLOTS={text}.")
    return int(text)


def home() -> Path:
    """The data folder; made on first use, readable by its owner only."""
    folder = Path(os.environ.get("NETLOOM_HOME") or CLONE / ".netloom").expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The key that signs sessions: made once, kept in the data folder for its owner alone."""
    path = folder / "secret_key"
    with suppress(FileNotFoundError):
        if key := path.read_text().strip():
            return key
        path.unlink()  # left empty by a server that died while making it
    handle, aside = tempfile.mkstemp(prefix="secret_key.", dir=folder)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(handle)
        with suppress(FileExistsError):  # another process was first; its key counts
            os.link(aside, path)
    finally:
        os.unlink(aside)
    return path.read_text().strip()


def names(variable: str) -> list[str]:
    """A comma-separated variable as a list."""
    return [part.strip() for part in os.environ.get(variable, "").split(",") if part.strip()]


def allowed_hosts(host: str, origins: list[str]) -> list[str]:
    """The names this server answers to. Listening on every address means answering to every name."""
    if host in {"0.0.0.0", "::"}:
        return ["*"]
    return [host, "localhost", "127.0.0.1", "[::1]", *(origin.split("://")[-1].rsplit(":", 1)[0] for origin in origins)]
