"""An operation is read from a request, known by its id, and marks the rows that it asks for."""

import pytest

from studio_recovery.errors import BadInput
from studio_recovery.fleet import as_part_of, refused, was_asked
from studio_recovery.operations import Operation, asked_at, new_id, operation_from
from studio_recovery.requests import MANY_OF_AN_OPERATION, ManyRequest, request_from
from studio_recovery.rows import Line, Row
from tests.unit.cast import ADA

AT = 1_772_442_905_000
ID = "20260302-091505-3f9a1c"
ALL = Operation(ID, "user/*@lab", 3)
ROW = Row(ADA, version=4)


def test_an_id_tells_when_the_operation_was_asked_for() -> None:
    assert new_id(AT, "3f9a1c") == ID
    assert asked_at(ID) == AT


@pytest.mark.parametrize("text", ["", "latest", "20260302-091505", "20261302-091505-3f9a1c", f"{ID}0", f"{ID}\n"])
def test_what_is_no_id_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="is not an operation, such as 20260302-091505-3f9a1c"):
        asked_at(text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": 7}, "operation.id and operation.asked must be strings"),
        ({"id": "latest"}, "'latest' is not an operation"),
        ({"asked": "a\nb"}, "operation.asked must be printable"),
        ({"asked": "a" * 201}, "at most 200 characters"),
        ({"of": 0}, "operation.of 0 is not a number of owners"),
        ({"of": True}, "operation.of True is not a number of owners"),
        ({"more": 1}, "operation must be an object with id, asked and of"),
    ],
)
def test_a_request_that_spells_its_operation_wrongly_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        operation_from(ALL.as_map() | changed)


def test_a_part_of_an_operation_may_name_more_owners_than_a_request_that_is_answered() -> None:
    owners = [f"user/u{number}@lab" for number in range(MANY_OF_AN_OPERATION)]
    asked = request_from({"action": "restore", "owners": owners, "operation": ALL.as_map()})
    assert isinstance(asked, ManyRequest)
    assert (asked.unattended, len(asked.each)) == (True, MANY_OF_AN_OPERATION)
    with pytest.raises(BadInput, match="a list of 1 to 100 owners"):
        request_from({"action": "restore", "owners": owners})


def test_what_is_under_way_is_taken_over_as_it_is() -> None:
    change = as_part_of(ALL, Row(ADA, version=4, operation="20260301-091505-3f9a1c", refusal="once"), None, AT)
    assert (change.row, change.row.operation, change.row.refusal) == (ROW, ID, "")
    assert [line.what for line in change.lines] == ["restore asked for"]
    assert change.lines[0].details | {"operation": ID, "asked": "user/*@lab", "of": 3} == change.lines[0].details


def test_who_was_refused_is_told_with_the_reason() -> None:
    change = refused(ALL, ROW, "nothing to restore", AT)
    assert (change.row.operation, change.row.refusal) == (ID, "nothing to restore")
    assert [(line.what, line.details["why"]) for line in change.lines] == [("restore refused", "nothing to restore")]


@pytest.mark.parametrize(
    ("mark", "told_of", "asked"),
    [("", "", False), (ID, "", True), ("20260303-091505-3f9a1c", "", False), ("20260303-091505-3f9a1c", ID, True)],
)
def test_a_request_that_comes_again_is_known(mark: str, told_of: str, asked: bool) -> None:
    """By the row's mark; where a later operation has put its own, by the history."""
    lines = [Line("restore asked for", AT, "1", {"operation": told_of} if told_of else {})]
    assert was_asked(Row(ADA, operation=mark), ALL, lines) is asked
