"""What the report says of a ledger, and that its page is one file that fetches nothing and takes no name for HTML."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from studio_recovery.rows import Counts, Line, Row
from studio_recovery.sources import Source
from studio_recovery.statuses import HELD, Status, Word
from studio_recovery_cli.exits import Trouble
from studio_recovery_cli.files import write_whole
from studio_recovery_cli.report.facts import OWNER_COLUMNS, RECOVERY_COLUMNS, Report, report
from studio_recovery_cli.report.page import page
from tests.browser.made_up import DAY, DOMAINS, NASTY, NOW, SUBJECT, VPC, made_up, nothing
from tests.unit.cast import ADA, NEW, OLD

PLOTLY = "globalThis.Plotly = {react() {}};"
LAB = next(iter(DOMAINS))
HERE = replace(OLD, domain_id=LAB, file_system_id=DOMAINS[LAB].file_system_id)
ROW = Row(ADA, HERE, version=3)
# What a browser fetches by itself, or takes a script or a style from.
FETCHED = {"src", "srcset", "poster", "data", "background", "manifest", "action", "formaction", "ping", "cite"}
FETCHING = {"link", "iframe", "object", "embed", "base", "form", "video", "audio"}


class Page(HTMLParser):
    """Every tag of the page with its attributes, and the text of its elements by tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._open, []).append(data)

    @property
    def data(self) -> dict[str, Any]:
        (told,) = [text for text in self.texts["script"] if text.startswith("{")]
        found: dict[str, Any] = json.loads(told)
        return found

    @property
    def addresses(self) -> Iterator[str]:
        for tag, attributes in self.tags:
            named = FETCHED | ({"href"} if tag != "a" else set())
            yield from (value or "" for name, value in attributes.items() if name in named)


def cells(found: Report, columns: tuple[str, ...] = OWNER_COLUMNS) -> list[dict[str, Any]]:
    lines = found.owners if columns is OWNER_COLUMNS else found.recoveries
    return [dict(zip(columns, line, strict=True)) for line in lines]


def ended(word: Word, at: int, **details: str | int) -> Line:
    return Line(word, at, str(at), {"source": "fs-old/1", "target": "fs-old/2", **details})


def test_an_owner_with_a_home_in_a_network_that_can_be_copied_in_is_protected() -> None:
    (told,) = cells(report(SUBJECT, [ROW], []))
    assert told == {
        "owner": "user/ada@lab",
        "status": "IDLE",
        "protected": "yes",
        "why": None,
        "outcome": None,
        "at": None,
        "bytes": None,
        "waiting": 0,
        "home": HERE.key,
    }


def test_who_is_not_protected_is_told_with_the_reason() -> None:
    found = report(replace(SUBJECT, vpcs=frozenset()), [ROW], [])
    (told,) = cells(found)
    assert (told["protected"], told["why"]) == ("no", f"its domain's VPC {VPC} is not in the variable vpcs")
    assert (found.protection.protected, found.unprotected) == (0, 1)


def test_who_is_gone_is_neither_protected_nor_unprotected() -> None:
    found = report(SUBJECT, [replace(ROW, deleted_at=NOW)], [])
    assert [told["protected"] for told in cells(found)] == ["gone"]
    assert (found.protection.protected, found.unprotected) == (0, 0)


def test_each_domain_tells_how_many_of_its_owners_are_protected() -> None:
    lab, *others = [one for one in report(SUBJECT, [ROW], []).domains if one.domain.id == LAB or one.owners]
    assert (lab.domain.name, lab.owners, lab.protection.protected, lab.exists) == ("lab", 1, 1, True)
    assert others == []


def test_a_domain_that_studio_does_not_list_is_told_as_long_as_somebody_lives_in_it() -> None:
    row = replace(ROW, home=NEW)
    known = {one.domain.id: one.exists for one in report(SUBJECT, [row], []).domains}
    assert known["d-lab"] is False
    assert "d-lab" not in {one.domain.id for one in report(SUBJECT, [replace(row, deleted_at=NOW)], []).domains}


def test_an_owner_is_told_with_its_latest_recovery() -> None:
    lines = [
        ended(Word.SUCCEEDED, NOW - DAY, bytes_written=7),
        ended(Word.FAILED, NOW - 2 * DAY),
        Line("held", NOW, "3"),
    ]
    (told,) = cells(report(SUBJECT, [ROW], [(ADA, line) for line in lines]))
    assert (told["outcome"], told["at"], told["bytes"]) == ("SUCCEEDED", NOW - DAY, 7)


def test_recoveries_are_told_the_newest_first_and_none_of_before_the_days() -> None:
    times = [NOW - 89 * DAY, NOW, NOW - 91 * DAY, NOW - DAY]
    found = report(SUBJECT, [ROW], [(ADA, ended(Word.SUCCEEDED, at, bytes_written=5)) for at in times])
    assert [told["at"] for told in cells(found, RECOVERY_COLUMNS)] == [NOW, NOW - DAY, NOW - 89 * DAY]
    assert (found.ended(Word.SUCCEEDED), found.ended(Word.FAILED), found.bytes_written) == (3, 0, 15)


def test_a_recovery_that_copied_nothing_tells_no_counts() -> None:
    (told,) = cells(report(SUBJECT, [ROW], [(ADA, ended(Word.SKIPPED, NOW, reason="source gone"))]), RECOVERY_COLUMNS)
    assert (told["files"], told["bytes"], told["ms"], told["why"]) == (None, None, None, "source gone")


@pytest.mark.parametrize("word", [Word.PARTIAL, Word.FAILED])
def test_no_name_of_a_file_is_told(word: Word) -> None:
    reason = "FilesNotTransferred: /secret-plans.txt could not be read"
    row = replace(ROW, status=Status(word), reason=reason, sources=(Source(OLD, 1),))
    html = page(report(SUBJECT, [row], [(ADA, ended(word, NOW, reason=reason))]), PLOTLY)
    assert "secret-plans" not in html
    assert html.count("DataSync reported FilesNotTransferred") == 3


def test_owners_who_wait_for_the_same_reason_are_told_together_what_failed_first() -> None:
    found = [(trouble.status, len(trouble.rows)) for trouble in made_up().troubles]
    assert found[:2] == [(Status.FAILED, 5), (Status.FAILED, 1)]
    assert [status for status, _ in found[2:]] == [Status.PARTIAL, Status.BLOCKED, Status.BLOCKED]


def test_what_is_partial_is_counted_apart_from_what_failed() -> None:
    rows = [
        replace(ROW, owner=replace(ADA, name=f"user-{place}"), status=status, sources=(Source(OLD, 1),))
        for place, status in enumerate((Status.PARTIAL, Status.FAILED, Status.PARTIAL))
    ]
    assert '<dt>Need a person</dt><dd>3</dd><dd class="note">1 failed, 2 partial</dd>' in page(
        report(SUBJECT, rows, []), PLOTLY
    )
    assert "none failed, partial or blocked" in page(report(SUBJECT, [ROW], []), PLOTLY)


def test_who_is_on_hold_or_gone_needs_nobody() -> None:
    held = replace(ROW, status=Status.BLOCKED, reason=HELD, replication=False, sources=(Source(OLD, 1),))
    gone = replace(ROW, status=Status.FAILED, reason="AwsRefused: x", deleted_at=NOW, counts=Counts())
    assert report(SUBJECT, [held, gone], []).waiting == 0


def test_each_trouble_says_what_to_type() -> None:
    html = page(made_up(), PLOTLY)
    for owner in ("ada", "emmy", "lise"):
        assert f"<code>studio-recovery retry user/{owner}@lab --name studio-recovery</code>" in html


@pytest.mark.parametrize(
    ("found", "mood", "said"),
    [
        (report(SUBJECT, [ROW], []), "good", "Everybody is protected, and nothing needs a person."),
        (report(SUBJECT, [ROW], [], unreadable=1), "bad", "1 row of the ledger cannot be read."),
        (report(replace(SUBJECT, vpcs=frozenset()), [ROW], []), "mind", "1 owner is not protected."),
        (made_up(0), "bad", "9 owners need a person."),
        (nothing(), "mind", "Nobody is known yet"),
    ],
)
def test_the_first_line_says_how_things_stand(found: Report, mood: str, said: str) -> None:
    assert f'<p class="verdict {mood}">{said}' in page(found, PLOTLY)


def test_the_last_reconcile_is_told_or_that_nobody_knows() -> None:
    assert "<dt>Last reconcile</dt><dd>42 min ago</dd>" in page(made_up(), PLOTLY)
    assert "<dt>Last reconcile</dt><dd>unknown</dd>" in page(nothing(), PLOTLY)


def test_the_data_are_in_the_page_once_and_exact() -> None:
    found = made_up()
    told = Page(page(found, PLOTLY)).data
    assert told["owners"]["rows"] == [list(line) for line in found.owners]
    assert told["recoveries"]["rows"] == [list(line) for line in found.recoveries]
    assert told["owners"]["columns"] == list(OWNER_COLUMNS)


def test_no_name_is_taken_for_a_part_of_the_page() -> None:
    html = page(made_up(), PLOTLY)
    told = Page(html)
    assert NASTY not in html
    assert [attributes for tag, attributes in told.tags if tag == "img"] == []
    assert len([tag for tag, _ in told.tags if tag == "script"]) == 3
    assert NASTY in "".join(told.texts["th"])


def test_the_page_fetches_nothing() -> None:
    told = Page(page(made_up(), PLOTLY))
    assert list(told.addresses) == []
    assert [attributes["href"] for tag, attributes in told.tags if tag == "a"] == ["#owners"]
    assert [found for text in told.texts["style"] for found in re.findall(r"url\(|@import|@font-face", text)] == []
    assert {tag for tag, _ in told.tags} & {
        "link",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "video",
        "audio",
    } == set()


def test_the_page_forbids_all_that_it_does_not_need() -> None:
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in Page(page(made_up(), PLOTLY)).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = {name: said for name, *said in (rule.split() for rule in policy.split(";"))}
    assert [word.partition("-")[0] for word in rules.pop("script-src")] == ["'sha256", "'sha256"]
    assert rules == {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:", "blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }


def test_of_many_who_wait_for_one_reason_the_page_names_some_and_counts_the_rest() -> None:
    rows = [
        replace(ROW, owner=replace(ADA, name=f"ada{number}"), status=Status.FAILED, reason="TaskNotReady: x")
        for number in range(60)
    ]
    html = page(report(SUBJECT, rows, []), PLOTLY)
    assert "60 owners: TaskNotReady" in html
    assert html.count("<code>studio-recovery retry ") == 50
    assert "and 10 more" in html


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    assert write_whole(file, ["Ä", "\n"]) == 3
    assert file.read_bytes() == "Ä\n".encode()

    def breaks() -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(file, breaks())
    assert file.read_bytes() == "Ä\n".encode()
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"missing/report\.html cannot be written: No such file or directory"):
        write_whole(tmp_path / "missing" / "report.html", ["x"])
