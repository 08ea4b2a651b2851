"""Template tags that find the built browser application through Vite's manifest."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from webapp.pages.assets import served_manifest

register = template.Library()


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads(path.read_text())
    return entries


@register.simple_tag
def frontend_assets() -> SafeString:
    """The tags that load the entry, its style sheets and its static imports."""
    path = served_manifest()
    entries = _read(path, path.stat().st_mtime_ns)
    entry = next(entry for entry in entries.values() if entry.get("isEntry"))
    chunks, queue = {}, list(entry.get("imports", []))
    while queue:
        key = queue.pop()
        if key not in chunks:
            chunks[key] = entries[key]
            queue += entries[key].get("imports", [])
    base = f"{settings.STATIC_URL}app/"
    styles = dict.fromkeys(css for chunk in [*chunks.values(), entry] for css in chunk.get("css", []))
    return format_html(
        '{}{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="stylesheet" href="{}">', ((base + css,) for css in styles)),
        format_html_join("", '<link rel="modulepreload" href="{}">', ((base + c["file"],) for c in chunks.values())),
        base + entry["file"],
    )
