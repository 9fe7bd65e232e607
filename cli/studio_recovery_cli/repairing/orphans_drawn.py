"""Draws orphans for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from studio_recovery_cli import words
from studio_recovery_cli.planning.prices import money, prices_in
from studio_recovery_cli.repairing.orphans import State, Typed

_MOST_HOMES = 20
_NOT_DONE = (State.WAITING, State.LAST)
_BEFORE = """
Nothing is deleted here, ever. Before you delete one yourself, be sure that
- every home above is copied or not wanted: of a home that waits the recovery
  would end SKIPPED (source gone), and its files be lost for good
- nobody mounts it for another purpose (aws efs describe-mount-targets)
- a backup is kept, if your rules ask for one\
"""
Item = Mapping[str, Any]


def draw(items: Sequence[Item], gone: Sequence[Item] | None, region: str, typed: Typed, console: Console) -> None:
    """The orphans, each with its homes; then homes of owners who are gone, if they were asked for."""
    if not items:
        console.print("No file system is left of a domain that is gone.", style="green")
    for item in items:
        _draw_one(item, console)
    if items:
        _draw_sum(items, region, console)
    if gone is not None:
        title = (
            "Homes on living file systems whose owners are gone:" if gone else "No owner left a home on a living one."
        )
        console.print(("\n" if items else "") + title)
        _draw_homes(gone, console)
        if gone:
            console.print("They are copied when their owners are created again in a domain of the same name.")
    _draw_ways(items, gone or (), typed, console)
    if items:
        console.print(_BEFORE, highlight=False)


def _draw_ways(items: Sequence[Item], gone: Sequence[Item], typed: Typed, console: Console) -> None:
    """How files of owners who are gone come to somebody: the first of them is the example."""
    homes = [home for item in items for home in item["homes"]] + list(gone)
    gone_homes = [home for home in homes if not home["owner_exists"] and home["state"] in _NOT_DONE]
    lost = next((home for home in gone_homes if set(home["waits_for"]) <= {home["owner"]}), None)
    if lost:
        console.print("Files of an owner who is gone come to another with target, such as:")
        command = f"target {lost['owner']} user/NAME@DOMAIN --home {lost['home']}"
        console.print(f"  {typed(command)}", soft_wrap=True)


def _draw_one(item: Item, console: Console) -> None:
    whose = f"{item['domain_id']} ({item['domain_name']})" if item["domain_name"] else item["domain_id"]
    console.print(f"{item['file_system_id']}  of domain {whose}", style="bold")
    cost = money(item["monthly_cost_usd"])
    console.print(f"  {words.size(item['size_bytes']['total'])}, {cost} a month, made {_day(item['created_at'])}")
    if not item["homes"]:
        console.print("  The ledger knows no home on it.", style="yellow")
    _draw_homes(item["homes"], console)


def _draw_homes(homes: Sequence[Item], console: Console) -> None:
    width = max((len(home["owner"]) for home in homes[:_MOST_HOMES]), default=0)
    for home in homes[:_MOST_HOMES]:
        seen = words.age(words.milliseconds(home["last_seen"])) if home["last_seen"] else ""
        others = [owner for owner in home["waits_for"] if owner != home["owner"]]
        there = "" if home["owner_exists"] else "no such owner now"
        there = f"for {', '.join(others)}" if others else there
        style = "yellow" if home["state"] in _NOT_DONE else ""
        cells = (f"{home['owner']:<{width}}", f"{home['state']:<9}", home["home"].partition("/")[2], seen, there)
        console.print("  " + "  ".join(cell for cell in cells if cell), style=style, soft_wrap=True)
        if home["command"]:
            console.print(f"    {home['command']}", soft_wrap=True)
    if len(homes) > _MOST_HOMES:
        console.print(f"  and {words.number(len(homes) - _MOST_HOMES)} more: --output json shows all")


def _draw_sum(items: Sequence[Item], region: str, console: Console) -> None:
    costs = [item["monthly_cost_usd"] for item in items]
    known = [cost for cost in costs if cost is not None]
    total = sum(item["size_bytes"]["total"] for item in items)
    if len(items) > 1:
        console.print(f"Together {words.size(total)}, {money(sum(known) if known == costs else None)} a month.")
    prices = prices_in(region) if known else None
    unknown = f"no prices of {region} are known here, or not of every storage class"
    said = f"Costs: {prices.said if prices else unknown}."
    console.print(said, style="dim")


def _day(text: str | None) -> str:
    return text[:10] if text else "once"
