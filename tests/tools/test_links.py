"""A link that leads nowhere is found; a good one is not."""

from pathlib import Path

import pytest

from tools.links import anchors, complaints

BAD = [
    ("[x](missing.md)", "missing.md: no such file"),
    ("![x](missing.png)", "missing.png: no such file"),
    ("[x](other.md#nowhere)", "other.md#nowhere: no such heading"),
    ("[x](#nowhere)", "#nowhere: no such heading"),
    ("[x](data.csv#part)", "data.csv#part: no such heading"),
    ("[x](../../../etc/passwd)", "../../../etc/passwd: leads out of the repository"),
    ("[x](http://example.com)", "http://example.com: not a whole https link"),
    ("[x](https://)", "https://: not a whole https link"),
    ("[x](//example.com/a)", "//example.com/a: not a whole https link"),
    ("| a |\n|---|\n| [x](missing.md) |", "missing.md: no such file"),
    ("[x][1]\n\n[1]: missing.md", "missing.md: no such file"),
]
GOOD = [
    "[x](other.md)",
    "[x](.)",
    "[x](other.md#what-it-does-not-do)",
    "[x](#here)\n\n# Here",
    "[x](https://docs.aws.amazon.com/efs/)",
    "`[x](missing.md)`",
    "```\n[x](missing.md)\n```",
]


def page(folder: Path, text: str) -> Path:
    (folder / "other.md").write_text("# What it does *not* do\n")
    (folder / "data.csv").write_text("")
    written = folder / "page.md"
    written.write_text(text)
    return written


@pytest.mark.parametrize(("text", "told"), BAD)
def test_a_link_that_leads_nowhere_is_found(text: str, told: str, tmp_path: Path) -> None:
    assert complaints(page(tmp_path, text), tmp_path) == [told]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_link_is_let_pass(text: str, tmp_path: Path) -> None:
    assert complaints(page(tmp_path, text), tmp_path) == []


def test_headings_are_called_as_github_calls_them(tmp_path: Path) -> None:
    text = "# 2. Ledger: `two` tables\n\n## A first_try\n\n## A first_try\n\nText\n"
    assert anchors(page(tmp_path, text)) == {"2-ledger-two-tables", "a-first_try", "a-first_try-1"}
