"""Checks the links of all pages: what they point to in the repository exists, and elsewhere they are whole https links.

    python -m tools.links

Nothing is asked of the network.

Exit statuses: 0 all links are good, 1 one is not.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.pages import ROOT, pages


def main() -> int:
    """Check every page; 0 when all links are good."""
    checked = pages()
    wrong = [f"{page.relative_to(ROOT)}: {told}" for page in checked for told in complaints(page)]
    print(*(wrong or [f"{len(checked)} pages, all links are good"]), sep="\n")
    return 1 if wrong else 0


def complaints(page: Path, root: Path = ROOT) -> list[str]:
    """One line for each link of a page that leads nowhere."""
    return [f"{link}: {wrong}" for link in links(page) if (wrong := fault(page, link, root))]


def fault(page: Path, link: str, root: Path) -> str | None:
    """What is wrong with a link on a page; nothing when it is good."""
    url = urlsplit(link)
    if url.scheme or url.netloc:
        return None if url.scheme == "https" and "." in (url.hostname or "") else "not a whole https link"
    target = (page.parent / unquote(url.path)).resolve() if url.path else page
    if not target.is_relative_to(root):
        return "leads out of the repository"
    if not target.exists():
        return "no such file"
    if url.fragment and (target.suffix != ".md" or url.fragment not in anchors(target)):
        return "no such heading"
    return None


def links(page: Path) -> Iterator[str]:
    """The targets of a page's links and pictures, in order."""
    for token in inline(page):
        yield from (
            str(part.attrs.get("href", part.attrs.get("src"))) for part in token.children or [] if is_link(part)
        )


def is_link(part: Token) -> bool:
    """Whether a part of a line begins a link or is a picture."""
    return part.type in {"link_open", "image"}


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links, as GitHub spells them; the second of one name gets "-1"."""
    seen: Counter[str] = Counter()
    found = set()
    for token in inline(page, only_headings=True):
        text = "".join(part.content for part in token.children or [])
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def inline(page: Path, *, only_headings: bool = False) -> Iterator[Token]:
    """The lines of text of a page; code blocks are none."""
    tokens = MarkdownIt("commonmark").enable("table").parse(page.read_text())
    for before, token in pairwise(tokens):
        if token.type == "inline" and (not only_headings or before.type == "heading_open"):
            yield token


if __name__ == "__main__":
    sys.exit(main())
