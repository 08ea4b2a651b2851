"""Where things lie in the data folder."""

from pathlib import Path

from django.conf import settings


def home() -> Path:
    return Path(settings.NETLOOM_HOME)


def dataset_folder(number: int) -> Path:
    return home() / "datasets" / str(number)


def run_folder(number: int) -> Path:
    return home() / "runs" / str(number)


def cache_folder(owner: int) -> Path:
    """Where one person's compiled programs are kept; never shared, as they are run as they are."""
    return home() / "cache" / str(owner)


def new_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
