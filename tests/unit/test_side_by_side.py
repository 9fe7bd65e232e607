"""What is done at once, and what is told of a failure."""

from collections.abc import Callable

import pytest

from studio_recovery.handlers.side_by_side import one_after_the_other, side_by_side


@pytest.mark.parametrize("doing", [one_after_the_other, side_by_side])
def test_what_fails_first_is_told(doing: Callable[..., list[int]]) -> None:
    assert doing(len, ["a", "bc"]) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        doing(lambda number: 1 // number, [1, 0, 2])
