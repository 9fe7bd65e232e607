"""Writes inputs, outputs, the command line's commands, and costs into the pages that ask for them, from the code.

    python -m tools.docs           write them, and say which pages changed
    python -m tools.docs --check   change nothing; say which pages are not what the code says

A page asks with a line `<!-- inputs of FOLDER -->`, `<!-- outputs of FOLDER -->` (FOLDER seen from the root),
`<!-- commands of cli -->` or `<!-- cost of idle -->`; what is written ends with `<!-- end -->`.

Exit statuses: 0 done, 1 a page is not what the code says, 2 usage.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2

from studio_recovery_cli.planning.price_table import price_table
from tools.commands import commands
from tools.cost import COSTS
from tools.pages import ROOT, pages

MARKED = re.compile(r"(<!-- (inputs|outputs|commands|cost) of (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
WANTED = {("inputs", "."), ("outputs", "."), ("commands", "cli"), *(("cost", name) for name in COSTS)}


def main() -> int:
    """Write or check, by the command line; 0 when every table is what the code says."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.docs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    texts = {page: page.read_text() for page in pages()}
    missing = WANTED - {(kind, of) for text in texts.values() for _, kind, of, _ in MARKED.findall(text)}
    changed = [page for page, text in texts.items() if filled(text) != text]
    for page in changed if not check else []:
        page.write_text(filled(texts[page]))
    names = ", ".join(str(page.relative_to(ROOT)) for page in changed)
    if missing:
        print(f"No page has the {' and the '.join(f'{kind} of {of}' for kind, of in sorted(missing))}.")
    if changed:
        print(f"Not what the code says, run `python -m tools.docs`: {names}" if check else f"Written: {names}")
    elif not missing:
        print("every table is what the code says")
    return 1 if missing or (changed and check) else 0


def filled(text: str, root: Path = ROOT) -> str:
    """The page with all its tables as the code has them."""
    return MARKED.sub(lambda found: found[1] + table(found[2], found[3], root) + found[4], text)


def table(kind: str, of: str, root: Path) -> str:
    """What a page asks for, in Markdown; of a folder what its Terraform files declare."""
    match kind:
        case "commands":
            return commands()
        case "cost":
            return COSTS[of](price_table())
        case "inputs":
            head, rows = "| name | type | default | what it is |", inputs(root / of)
        case _:
            head, rows = "| name | what it is |", outputs(root / of)
    rule = "|---" * (head.count("|") - 1) + "|"
    return "\n".join([head, rule, *("| " + " | ".join(cells) + " |" for cells in rows), ""])


def inputs(folder: Path) -> Iterator[list[str]]:
    """Name, type, default and description of each variable, in the order of the code."""
    for name, block in blocks(folder, "variable"):
        default = f"`{literal(block['default'])}`" if "default" in block else "required"
        yield [f"`{name}`", f"`{block['type'].removeprefix('${').removesuffix('}')}`", default, described(block)]


def outputs(folder: Path) -> Iterator[list[str]]:
    """Name and description of each output, in the order of the code."""
    for name, block in blocks(folder, "output"):
        yield [f"`{name}`", described(block)]


def blocks(folder: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The blocks of one kind in a folder's Terraform files, by their names."""
    for file in sorted(folder.glob("*.tf")):
        with file.open() as source:
            for block in hcl2.load(source).get(kind, []):
                yield from ((json.loads(name), body) for name, body in block.items())


def described(block: dict[str, Any]) -> str:
    """A block's description, fit for a table."""
    return str(json.loads(block["description"])).replace("|", "\\|")


def literal(value: object) -> str:
    """A default as Terraform writes it; the parser gives strings with their quotes."""
    match value:
        case str():
            return value
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            inner = ", ".join(f"{name} = {literal(inner)}" for name, inner in value.items())
            return f"{{ {inner} }}" if inner else "{}"
    return json.dumps(value)


if __name__ == "__main__":
    sys.exit(main())
