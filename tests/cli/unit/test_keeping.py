"""What is kept of a ledger is read back as it was, whatever DynamoDB holds."""

import json

from studio_recovery_cli.standing.keeping import items_in

ITEM = {"epoctime": {"N": "1772442905000.012345678"}, "blob": {"B": b"\x00\xff"}, "map": {"M": {"B": {"S": "x"}}}}


def test_numbers_keep_every_digit_and_binary_values_are_bytes_again() -> None:
    kept = json.dumps({"kind": "row", "item": ITEM | {"blob": {"B": "AP8="}}})
    first = json.dumps({"kind": "deployment", "name": "studio-recovery"})
    assert list(items_in([first, kept])) == [("row", ITEM)]
