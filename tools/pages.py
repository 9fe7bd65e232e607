"""Knows the project's pages, every Markdown file outside hidden folders, and the places that tools fill in them."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pages(root: Path = ROOT) -> list[Path]:
    """All pages, in order."""
    found = (page for page in root.rglob("*.md") if not any(part[0] == "." for part in page.relative_to(root).parts))
    return sorted(found)


class NoPlace(Exception):
    """A page has no place for a text; the message says which two lines make one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tool's text stands in a page: between two lines, of which the first names the command that writes it."""

    page: Path
    name: str
    command: str

    def text(self) -> str:
        """What stands there. Raises NoPlace."""
        return self._parts()[1]

    def page_with(self, text: str) -> str:
        """The page with this text in its place, whole lines. Raises NoPlace."""
        before, _, after = self._parts()
        return before + text + after

    def _parts(self) -> tuple[str, str, str]:
        """The page up to the place, what stands there, and the rest."""
        begin, end = f"<!-- {self.name}: {self.command} -->\n", f"<!-- end of {self.name} -->\n"
        before, _, rest = self.page.read_text().partition(begin)
        text, ended, after = rest.partition(end)
        if not ended:
            raise NoPlace(
                f"{self.page} has no place for {self.name}: write these two lines where it is to be\n{begin}{end}"
            )
        return before + begin, text, end + after

    def holds(self, text: str) -> bool:
        """Whether this text stands there. Raises NoPlace."""
        return self.text() == text

    def write(self, text: str) -> None:
        """Put this text there. Raises NoPlace, and leaves the page as it is."""
        self.page.write_text(self.page_with(text))
