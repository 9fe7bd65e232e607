"""Knows the project's pages: every Markdown file outside hidden folders."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pages(root: Path = ROOT) -> list[Path]:
    """All pages, in order."""
    found = (page for page in root.rglob("*.md") if not any(part[0] == "." for part in page.relative_to(root).parts))
    return sorted(found)
