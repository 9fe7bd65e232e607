"""Knows whose home a home is: by the owner's row and history first, then by everybody's."""

from collections.abc import Iterator

from studio_recovery.aws.ledger import Ledger
from studio_recovery.errors import BadHome
from studio_recovery.homes import Home
from studio_recovery.owners import Owner
from studio_recovery.rows import Row
from studio_recovery_cli.exits import Trouble, Usage


def is_home(text: str) -> bool:
    """True for what is meant as a home, such as fs-0123456789abcdef0/200005, and not as an owner."""
    return text.isdecimal() or (text.startswith("fs-") and "@" not in text)


def home_named(text: str) -> Home:
    """The home. Raises Usage if the text is none."""
    file_system_id, _, uid = text.strip("/").partition("/")
    try:
        return Home(file_system_id, uid)
    except BadHome as error:
        raise Usage(f"{text} is not a home, such as fs-0123456789abcdef0/200005 (file system and uid)") from error


def own_source(row: Row, text: str) -> Home:
    """The one of the owner's sources that is meant: by its key, a beginning of that and its uid, or its uid alone."""
    known = [source.home for source in row.sources]
    begins = "/" in text
    meant = [home for home in known if text == home.uid or (begins and home.key.startswith(text))]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise Trouble(f"{text} may be {' or '.join(home.key for home in meant)}", "Type more of it.")
    told = ", ".join(home.key for home in known) or "none"
    raise Trouble(f"{text} is no home that {row.owner} waits for or that is kept for it", f"Its sources: {told}")


def whose(ledger: Ledger, home: Home, first: Row) -> Owner:
    """Whose home it is or was; `first` is asked before all others. Raises Trouble if nobody's."""
    if home in _of(first) or home in ledger.homes_of(first.owner):
        return first.owner
    for owner, homes in _everybody(ledger):
        if home in homes:
            return owner
    raise Trouble(
        f"nobody is known to have had the home {home.key}",
        "Is it spelled right? The command show tells an owner's homes, and orphans those of domains that are gone.",
    )


def _of(row: Row) -> list[Home]:
    """The owner's own homes, as its row tells them."""
    own = [source.home for source in row.sources if not source.origin]
    return [*own, row.home] if row.home else own


def _everybody(ledger: Ledger) -> Iterator[tuple[Owner, list[Home]]]:
    for row in ledger.each_row():
        if isinstance(row, Row):
            yield row.owner, _of(row)
    for owner, line in ledger.lines():
        told = line.details
        if "efs_uid" in told:
            yield owner, [Home(str(told["efs_sys_id"]), str(told["efs_uid"]))]
