"""Which memory is chosen, and why not another one."""

import pytest

from tools.bench.memory import CALLS, Load, memory_sizes, missed

STARTS = {name: Load(0.25, 60.0, calls) for name, calls in CALLS.items()}


def test_half_a_processor_starts_a_function_in_twice_the_time() -> None:
    load = Load(0.2, 60.0, calls=0)
    assert load.cold(1769 // 2) == pytest.approx(0.4, rel=0.01)


def test_more_than_a_whole_processor_does_not_help() -> None:
    assert Load(0.2, 60.0, calls=0).cold(3008) == 0.2


def test_what_waits_for_aws_waits_as_long_with_more_memory_and_costs_more() -> None:
    waits = Load(0.0, 60.0, calls=100)
    assert (waits.warm(512) > waits.warm(1024) > 5.0, waits.dollars(1024) > waits.dollars(512)) == (True, True)


def test_terraforms_sizes_leave_room_and_begin_a_copy_within_five_seconds_with_everything_cold() -> None:
    assert list(missed(STARTS, memory_sizes())) == []


def test_a_size_that_is_too_small_is_told() -> None:
    (said,) = missed(STARTS, memory_sizes() | {"notices": 64})
    assert said == "notices: 64 MB leave no room beside the 60 MB of its start"


def test_a_size_that_starts_too_slowly_is_told() -> None:
    (said,) = missed(STARTS, memory_sizes() | dict.fromkeys(("event_handler", "stream_trigger", "open_homes"), 128))
    assert "before a copy begins, more than 5 s" in said
