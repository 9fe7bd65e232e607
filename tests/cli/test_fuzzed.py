"""Whatever is typed as an owner, a home, a path or a pattern: an answer or an error in words, never a traceback."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio_recovery_cli.exits import DONE, ERROR, PARTIAL, USAGE
from tests.cli.shell import Shell

WORDS = st.one_of(
    st.text(max_size=12).filter(lambda text: not text.startswith("-")),
    st.sampled_from(
        ["user/ada@lab", "space/*", "*", "[", "user/", "@", "fs-0123456789abcdef0/200005", "fs-1", "..", ""]
    ),
    st.from_regex(r"(user|space)/[A-Za-z-]{1,9}@[a-z]{1,5}", fullmatch=True),
)
CALLS = st.one_of(
    st.tuples(st.just("show"), WORDS),
    st.tuples(st.just("list"), WORDS),
    st.tuples(st.just("list"), st.just("--domain"), WORDS),
    st.tuples(st.just("plan"), WORDS),
    st.tuples(st.just("restore"), st.just("--dry-run"), WORDS, st.just("--from"), WORDS),
    st.tuples(st.just("restore"), st.just("--dry-run"), WORDS, st.just("--into"), WORDS, st.just("--path"), WORDS),
    st.tuples(st.just("restore"), st.just("--dry-run"), WORDS, st.just("--include"), WORDS, st.just("--to"), WORDS),
    st.tuples(st.just("hold"), WORDS),
    st.tuples(st.just("drop"), WORDS, WORDS),
    st.tuples(st.just("target"), WORDS, WORDS),
    st.tuples(st.just("grant"), WORDS),
    st.tuples(st.just("cancel"), WORDS),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=CALLS)
def test_what_is_typed_never_gives_a_traceback(reader: Shell, call: tuple[str, ...]) -> None:
    """Nobody says yes, so nothing is written."""
    told = reader.run(*call)
    assert told.status in (DONE, ERROR, USAGE, PARTIAL)
    assert "Traceback" not in told.err
    assert "a mistake in studio-recovery itself" not in told.err
    assert len(told.err.splitlines()) < 30
