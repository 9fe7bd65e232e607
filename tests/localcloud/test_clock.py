"""Virtual time does what is due, in order; real time is scaled."""

import threading

from localcloud.clock import ScaledClock, VirtualClock


def test_what_is_due_is_done_in_order_when_time_passes() -> None:
    clock, done = VirtualClock(), list[str]()
    clock.later(2, lambda: done.append("second"))
    clock.later(1, lambda: done.append("first"))
    clock.later(9, lambda: done.append("later"))
    clock.advance(5)
    assert done == ["first", "second"]


def test_what_follows_from_an_action_happens_in_the_same_stretch_of_time() -> None:
    clock, times = VirtualClock(start=0), list[float]()
    clock.later(1, lambda: clock.later(2, lambda: times.append(clock.now())))
    clock.sleep(5)
    assert (times, clock.now()) == ([3], 5)


def test_real_waits_are_scaled() -> None:
    clock, done = ScaledClock(scale=0.001), threading.Event()
    clock.later(20, done.set)
    assert done.wait(timeout=5)
