"""Copying the built browser application to where it is served from, compressed, when it has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from webapp.pages.templatetags.frontend import manifest_path


def collect_assets() -> bool:
    """Collects the built files if they are not the ones collected last; says whether it did."""
    if not manifest_path().is_file():
        return False
    mark = Path(settings.STATIC_ROOT) / "collected"
    built = hashlib.sha256(manifest_path().read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text() == built:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(built)
    return True
