"""What checkov reports is read in full: it ends well even when it could not read a file."""

from typing import Any

from tools.checkov import findings, summary


def check(reason: str = "", line: int = 3) -> dict[str, Any]:
    return {
        "check_id": "CKV_AWS_119",
        "check_name": "Ensure DynamoDB Tables are encrypted using a KMS Customer Managed CMK",
        "file_path": "/ledger.tf",
        "file_line_range": [line, 33],
        "check_result": {"suppress_comment": reason},
    }


def report(**results: list[Any]) -> dict[str, Any]:
    nothing: dict[str, list[Any]] = {"failed_checks": [], "skipped_checks": [], "parsing_errors": []}
    return {"results": nothing | results, "summary": {"passed": 401}}


def test_a_failed_check_of_a_module_used_twice_is_told_once() -> None:
    assert findings(report(failed_checks=[check(), check()])) == [
        "ledger.tf:3: CKV_AWS_119: Ensure DynamoDB Tables are encrypted using a KMS Customer Managed CMK"
    ]


def test_a_skip_needs_a_reason() -> None:
    told = findings(report(skipped_checks=[check("No comment provided"), check("rows hold no secrets")]))
    assert told == ["ledger.tf:3: CKV_AWS_119: skipped without a reason"]


def test_a_fourth_skip_is_one_too_many() -> None:
    assert findings(report(skipped_checks=[check("why", line) for line in (1, 2, 3, 3)])) == []
    told = findings(report(skipped_checks=[check("why", line) for line in (1, 2, 3, 4)]))
    assert told == ["4 places skip a check, and 3 may: meet one of them."]


def test_a_file_that_checkov_cannot_read_is_a_finding() -> None:
    assert findings(report(parsing_errors=["watch.tf"])) == ["watch.tf: checkov cannot read it"]


def test_an_empty_report_is_a_finding() -> None:
    assert findings({"passed": 0, "failed": 0}) == ["checkov found nothing to look at."]


def test_skips_with_reasons_are_counted_by_place() -> None:
    told = summary(report(skipped_checks=[check("rows hold no secrets"), check("rows hold no secrets")]))
    assert told == "401 checks passed, 1 are skipped with their reasons"
