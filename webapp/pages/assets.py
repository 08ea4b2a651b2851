"""Copying the built browser application to where it is served from, compressed, when it has changed."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def built_manifest() -> Path:
    """What Vite wrote about its last build."""
    return Path(settings.FRONTEND_DIST) / ".vite" / "manifest.json"


def served_manifest() -> Path:
    """The manifest of the files that are served; a build made since then waits for the next start."""
    return Path(settings.STATIC_ROOT) / "manifest.json"


def collect_assets() -> bool:
    """Collects the built files if they are not the ones collected last; says whether it did."""
    if not built_manifest().is_file():
        return False
    built = built_manifest().read_bytes()
    if served_manifest().is_file() and served_manifest().read_bytes() == built:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    served_manifest().write_bytes(built)
    return True
