"""What an admin may choose of a copy: read with the rule that a wrong one breaks, and told to DataSync."""

from typing import Any

import pytest

from studio_recovery.aws.items import row_from_item, row_item
from studio_recovery.aws.options import Options
from studio_recovery.errors import BadInput
from studio_recovery.selection import WHOLE, Selection, selection_from, selection_from_map
from tests.unit.asking import ASKS
from tests.unit.cast import OLD, source

EVERYTHING: dict[str, Any] = {
    "path": "/projects/two/",
    "into": "/restored/2026/",
    "overwrite": "ALWAYS",
    "excludes": ["/a b", "*/cache"],
}
CHOSEN = Selection("projects/two", "restored/2026", "ALWAYS", (), ("/a b", "*/cache"))


def test_a_selection_is_read_and_told_again_as_it_is_spelled() -> None:
    assert selection_from(EVERYTHING) == CHOSEN
    assert CHOSEN.as_map() == EVERYTHING | {"path": "projects/two", "into": "restored/2026"}
    assert selection_from_map(CHOSEN.as_map()) == CHOSEN
    assert selection_from({"includes": ["/a", "/b*"]}) == Selection(includes=("/a", "/b*"))
    assert str(CHOSEN) == "only /projects/two; not /a b, */cache; into restored/2026; overwriting"


def test_nothing_chosen_is_all_of_a_home() -> None:
    assert selection_from({}) == WHOLE
    assert (str(WHOLE), WHOLE.as_map(), WHOLE.is_part) == ("", {}, False)


@pytest.mark.parametrize(
    ("chosen", "is_part"),
    [
        ({"path": "a"}, True),
        ({"includes": ["/a"]}, True),
        ({"excludes": ["/a"]}, True),
        ({"into": "a"}, False),
        ({"overwrite": "NEVER"}, False),
    ],
)
def test_what_leaves_something_out_is_a_part(chosen: dict[str, Any], is_part: bool) -> None:
    assert selection_from(chosen).is_part is is_part


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("a", "/a"),
        ("a/b c/ä", "/a/b c/ä"),
        ("a*b", r"/a\*b"),
        ("a|b", r"/a\|b"),
        ("a\\b", r"/a\\b"),
        (".ssh/config", "/.ssh/config"),
    ],
)
def test_a_path_becomes_a_pattern_in_which_nothing_is_special(path: str, pattern: str) -> None:
    assert selection_from({"path": path}).include_patterns == (pattern,)


@pytest.mark.parametrize("into", ["a", "a/b/c", "a" * 88, "von früher".replace("ü", "ue"), "2026-03 (old)"])
def test_a_folder_that_efs_takes_is_taken(into: str) -> None:
    assert selection_from({"into": into}).into == into


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([], "selection must be an object"),
        ({"dir": "a"}, "unknown field 'selection.dir'"),
        ({"path": 7}, "selection.path 7 is not a string"),
        ({"path": "/"}, "names no folder or file below the home"),
        ({"path": "a/../b"}, "an empty component, '.' or '..'"),
        ({"path": "./a"}, "an empty component, '.' or '..'"),
        ({"path": "a//b"}, "an empty component, '.' or '..'"),
        ({"path": "~/a"}, "begins with ~"),
        ({"path": "a\nb"}, "cannot be printed"),
        ({"path": "a\x00b"}, "cannot be printed"),
        ({"path": "ä" * 128}, "longer than EFS takes"),
        ({"path": "a/" * 2048 + "a"}, "longer than EFS takes"),
        ({"into": "//"}, "names no folder below the home"),
        ({"into": "a/b/c/d"}, "more than 3 levels: with the home's, EFS takes 4"),
        ({"into": "a" * 89}, "more than 88 characters: with the home's, EFS takes 100"),
        ({"into": "früher"}, "letters beyond ASCII"),
        ({"into": "a/.b"}, "'.b': EFS takes no level with a dot at its start"),
        ({"into": ".."}, "an empty component, '.' or '..'"),
        ({"into": "a$b"}, "EFS takes no level"),
        ({"into": "a*"}, "EFS takes no level"),
        ({"into": "a\tb"}, "cannot be printed"),
        ({"overwrite": "always"}, "selection.overwrite 'always' is not one of ALWAYS, NEVER"),
        ({"includes": "/a"}, "selection.includes must be a list"),
        ({"includes": ["a"]}, 'does not begin with "/" or "*"'),
        ({"includes": ["/a|/b"]}, 'has a "|" or a "\\"'),
        ({"includes": ["/a\\b"]}, 'has a "|" or a "\\"'),
        ({"includes": ["*"]}, "names nothing"),
        ({"includes": ["*.txt"]}, "takes a * in includes only as the last character"),
        ({"includes": ["/a*/b"]}, "takes a * in includes only as the last character"),
        ({"includes": [7]}, "selection.includes 7 is not a string"),
        ({"excludes": ["/"]}, "names nothing"),
        ({"excludes": ["/" + "a" * 10_000]}, "more than 10,000 bytes"),
        ({"excludes": ["/" + "é" * 5_000]}, "more than 10,000 bytes"),
        ({"path": "a", "includes": ["/b"]}, "are not given together"),
    ],
)
def test_what_aws_would_not_take_is_refused_with_the_reason(chosen: Any, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        selection_from(chosen)
    assert said in str(refused.value)


def test_a_selection_is_kept_in_the_row_with_the_source_as_it_was_before() -> None:
    asked = source(OLD, 2, approved=True, selection=CHOSEN, before=source(OLD, 1, dormant=True))
    row = ASKS.without(OLD).with_source(OLD, asked.belonging)
    kept = row.with_changed(asked)
    assert row_from_item(row_item(kept, kept.version, 0)) == kept


def test_a_row_of_before_there_were_selections_is_read() -> None:
    item = row_item(ASKS, ASKS.version, 0)
    assert "selection" not in item["sources"]["M"][OLD.key]["M"]
    assert row_from_item(item).sources == ASKS.sources


def told(selection: Selection, **more: bool) -> dict[str, Any]:
    options = Options(overwrite="NEVER", excludes=("/trash",))
    return options.as_request(**{"verify_everything": False, "fill_gaps": True} | more, selection=selection)


def test_a_selection_narrows_what_the_module_leaves_behind() -> None:
    asked = told(Selection(includes=("/a", "/b*"), excludes=("*/c", "/trash")))
    assert asked["Includes"] == [{"FilterType": "SIMPLE_PATTERN", "Value": "/a|/b*"}]
    assert asked["Excludes"] == [{"FilterType": "SIMPLE_PATTERN", "Value": "/trash|*/c"}]
    assert told(WHOLE)["Includes"] == []


def test_an_admins_word_on_overwriting_beats_all_else() -> None:
    assert told(Selection(overwrite="ALWAYS"))["Options"]["OverwriteMode"] == "ALWAYS"
    assert told(WHOLE)["Options"]["OverwriteMode"] == "NEVER"
    overwriting = Options(overwrite="ALWAYS").as_request(False, False, Selection(overwrite="NEVER"))
    assert overwriting["Options"]["OverwriteMode"] == "NEVER"


@pytest.mark.parametrize(
    ("selection", "mode"),
    [
        (WHOLE, "POINT_IN_TIME_CONSISTENT"),
        (Selection(into="a"), "POINT_IN_TIME_CONSISTENT"),
        (Selection(overwrite="ALWAYS"), "ONLY_FILES_TRANSFERRED"),
    ],
)
def test_what_is_overwritten_is_not_measured_by_what_else_is_there(selection: Selection, mode: str) -> None:
    assert told(selection, verify_everything=True)["Options"]["VerifyMode"] == mode
