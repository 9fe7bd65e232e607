"""Which home is meant by what was typed."""

import pytest

from studio_recovery.rows import Row
from studio_recovery.sources import Source
from studio_recovery_cli.asking.whose import is_home, own_source
from studio_recovery_cli.exits import Trouble
from tests.unit.cast import ADA, NEW, OLD

ROW = Row(ADA, home=NEW, sources=(Source(OLD, 1),))


@pytest.mark.parametrize("text", [OLD.key, OLD.uid, OLD.key[:-1]])
def test_a_home_is_meant_by_its_key_a_beginning_of_that_or_its_uid(text: str) -> None:
    assert own_source(ROW, text) == OLD


@pytest.mark.parametrize("text", ["", "f", "fs", OLD.file_system_id, "2000"])
def test_less_than_a_file_system_and_a_part_of_a_uid_means_none(text: str) -> None:
    with pytest.raises(Trouble, match="is no home that user/ada@lab waits for"):
        own_source(ROW, text)


def test_a_uid_is_a_home_and_no_owner() -> None:
    assert [is_home(text) for text in ("200005", "fs-1/200005", "user/ada@lab", "ada")] == [True, True, False, False]
