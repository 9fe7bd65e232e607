"""`plan`: what would be copied, and what speaks against it."""

from typing import Annotated

import typer

from studio_recovery_cli.planning.plan_fields import FIELDS, READING
from studio_recovery_cli.registry import RECOVER, command
from studio_recovery_cli.session import Session


@command(RECOVER, actions=READING, fields=FIELDS)
def plan(
    session: Session,
    owner: Annotated[
        str | None,
        typer.Argument(help="The owner, or a pattern: what a restore would copy. Default: all that waits."),
    ] = None,
    domain: Annotated[str | None, typer.Option("--domain", help="What waits in the domain of this name or id.")] = None,
    pending: Annotated[bool, typer.Option("--pending", help="Only what is PENDING.")] = False,
    month: Annotated[bool, typer.Option("--month", help="What a month costs, in place of copies.")] = False,
) -> int:
    """Show what would be copied: from where to where, how much, how long, for how much money, and what is in the way.

    Of an owner or a pattern it is what restore would copy, with or without something that waits; else what waits now.
    Changes nothing. Times and costs are estimates: by earlier copies where the history has some, by list prices.
    With --month: what the deployment costs in a month, idle and with 5 % of the profiles re-created.

    Example: studio-recovery plan user/ada@lab
    """
    from studio_recovery_cli.asking.restoring import Typed, foreseen, tell_plan, wish_of
    from studio_recovery_cli.exits import Usage
    from studio_recovery_cli.planning.reading import plan_of, waiting

    if month and (owner is not None or domain is not None or pending):
        raise Usage("--month is about the whole deployment: nothing else goes with it")
    if month:
        return _month(session)
    if owner is not None and (domain is not None or pending):
        raise Usage("an owner and --domain or --pending do not go together")
    wish = None if owner is None else wish_of(session, Typed(owner))
    ahead = waiting(session, domain, pending) if wish is None else foreseen(session, wish)
    return tell_plan(session, plan_of(session.deployment, ahead))


def _month(session: Session) -> int:
    from studio_recovery_cli.exits import DONE
    from studio_recovery_cli.planning import month_told as told
    from studio_recovery_cli.planning.price_table import price_table

    prices = price_table()
    profiles = sum(1 for _ in session.deployment.ledger.owners())
    months = told.months(prices, profiles)
    data = dict.fromkeys(name.partition(".")[0] for name in FIELDS)
    data |= {"month": told.as_data(months, prices, profiles)}
    session.screen.tell(data, lambda console: told.draw(months, prices, profiles, console))
    return DONE
