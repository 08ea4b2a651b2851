"""The guide for users, as a page: docs/guide.md with an anchor at every heading."""

import re
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide.md"
ESCAPED = re.compile(r"\\([\\_*`])")
RULE = re.compile(r"\|[\s|:-]+\|")


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/guide.html", {"guide": page(), "contents": contents()})


@lru_cache(maxsize=1)
def page() -> SafeString:
    """The guide as HTML; it does not change while the server runs."""
    blocks = re.split(r"\n\s*\n", GUIDE.read_text("utf-8").strip())
    return mark_safe("\n".join(block(one) for text in blocks for one in _parted(text)))  # each block escapes its text


@lru_cache(maxsize=1)
def contents() -> list[tuple[int, str, str]]:
    """The headings below the title: depth, anchor and words."""
    found = re.findall(r"^(##+) (.+)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    return [(len(marks), slug(title), title) for marks, title in found]


def _parted(text: str) -> list[str]:
    """A heading, and what stands right under it, apart."""
    head, _, rest = text.partition("\n")
    return [head, rest] if head.startswith("#") and rest else [text]


def block(text: str) -> str:
    """One paragraph, heading, list, table or piece of code of the small Markdown that the guide is written in."""
    lines = text.splitlines()
    if text.startswith("#"):
        depth, title = len(text.split()[0]), text.lstrip("# ")
        return f'<h{depth} id="{slug(title)}">{inline(title)}</h{depth}>'
    if text.startswith("```"):
        return f"<pre>{escape(chr(10).join(lines[1:-1]))}</pre>"
    if text.startswith("|"):
        rows = [line.strip().strip("|").split("|") for line in lines if not RULE.fullmatch(line.strip())]
        cells = ("".join(f"<td>{inline(cell.strip())}</td>" for cell in row) for row in rows)
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    before, *items = re.split(r"(?:\A|\n)- ", text)
    listed = "<ul>" + "".join(f"<li>{inline(item)}</li>" for item in items) + "</ul>" if items else ""
    return (f"<p>{inline(before)}</p>" if before.strip() else "") + listed


def inline(text: str) -> str:
    """Code, strong and stressed words within a line; a sign after a backslash stands for itself."""
    html = ESCAPED.sub(lambda sign: f"&#{ord(sign[1])};", str(escape(text)))
    for pattern, tag in ((r"`([^`]+)`", "code"), (r"\*\*([^*]+)\*\*", "strong"), (r"\*([^*]+)\*", "em")):
        html = re.sub(pattern, rf"<{tag}>\1</{tag}>", html)
    return html


def slug(title: str) -> str:
    """The anchor of a heading: "Target copy" is #target-copy."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
