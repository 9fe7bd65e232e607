"""What the local cloud promises: the AWS page a promise rests on, what is unconfirmed, and the bugs a refusal shows.

`python -m tests.localcloud.promises` writes the table of refusals into docs/local-cloud.md.
"""

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "local-cloud.md"
BEGIN, END = "<!-- refusals -->\n", "<!-- end of refusals -->\n"
DATASYNC = "https://docs.aws.amazon.com/datasync/latest/userguide"
SAGEMAKER = "https://docs.aws.amazon.com/sagemaker/latest"
EFS = "https://docs.aws.amazon.com/efs/latest/ug"
EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference"
STATES = "https://docs.aws.amazon.com/step-functions/latest"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg"
CLOUDWATCH = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring"
SNS = "https://docs.aws.amazon.com/sns/latest/api"
NO_PAGE = "the error's code and text"


def promise(page: str, *, catches: str = "") -> pytest.MarkDecorator:
    """The test states what AWS does by this page; of a refusal, `catches` names a product bug that it shows."""
    return pytest.mark.promise(page, catches=catches)


def unconfirmed(why: str) -> pytest.MarkDecorator:
    """No page says exactly this, and nobody saw it on AWS."""
    return pytest.mark.unconfirmed(why)


@dataclass(frozen=True)
class Promise:
    """A contract test with what it rests on."""

    module: str
    test: str
    pages: tuple[str, ...]
    catches: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The test's name, as prose."""
        words = self.test.removeprefix("test_").replace("_", " ")
        return words[:1].upper() + words[1:]


def promises() -> Iterator[Promise]:
    """All contract tests, file by file, in the order in which they stand."""
    for file in sorted(HERE.glob("test_contract_*.py")):
        module = importlib.import_module(f"tests.localcloud.{file.stem}")
        found = [item for item in inspect.getmembers(module, inspect.isfunction) if item[0].startswith("test_")]
        for name, test in sorted(found, key=lambda item: inspect.getsourcelines(item[1])[1]):
            yield _promise(module, name, test)


def _promise(module: ModuleType, name: str, test: Any) -> Promise:
    shared = getattr(module, "pytestmark", [])
    marks = [*getattr(test, "pytestmark", []), *(shared if isinstance(shared, list) else [shared])]
    made = [mark.mark if isinstance(mark, pytest.MarkDecorator) else mark for mark in marks]
    of = {kind: [mark for mark in made if mark.name == kind] for kind in ("promise", "unconfirmed")}
    catches = tuple(mark.kwargs["catches"] for mark in of["promise"] if mark.kwargs["catches"])
    pages = tuple(mark.args[0] for mark in of["promise"])
    return Promise(module.__name__, name, pages, catches, tuple(mark.args[0] for mark in of["unconfirmed"]))


def table() -> str:
    """The refusals, one row each, by service."""
    rows = ["| what AWS refuses, or does | a bug of ours that it would show | rests on |", "|---|---|---|"]
    for found in promises():
        if found.catches:
            doubt = f"; unconfirmed: {found.doubts[0]}" if found.doubts else ""
            page = found.pages[0]
            link = f"[{page.rpartition('/')[2]}]({page}){doubt}"
            rows.append(f"| {found.sentence} | {found.catches[0]} | {link} |")
    return "\n".join(rows) + "\n"


def page_with(rows: str) -> str:
    """docs/local-cloud.md with these rows in it."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return before + BEGIN + rows + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(page_with(table()))
