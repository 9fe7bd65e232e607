"""Knows the line of recoveries that wait for a place, in a table of its own, and how one of them is woken.

Waiting and called stand in two partitions, each in the order in which the recoveries began. An item moves between them
in one transaction, so of two that call the same one only the first does.
API: SendTaskSuccess (docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html).
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from studio_recovery.aws.calls import code
from studio_recovery.errors import AwsBusy
from studio_recovery.waiting_line import Turn

WAITING, CALLED = "waiting", "called"
# Milliseconds since 1970 have so many digits until the year 2286: as texts they sort as numbers do.
_DIGITS = 13
_NOBODY_WAITS = ("InvalidToken", "TaskDoesNotExist", "TaskTimedOut")
_OTHERS_WERE_FASTER = {"ConditionalCheckFailed", "TransactionConflict"}
_THROTTLED = {"ThrottlingError", "ProvisionedThroughputExceeded"}


class WaitingLine:
    """The line. `once` is a client of Step Functions that repeats no call: a second answer would say "timed out"."""

    def __init__(self, dynamodb: Any, once: Any, table: str) -> None:
        self._dynamodb = dynamodb
        self._once = once
        self._table = table

    def waiting(self, most: int, before: Turn | None = None) -> list[Turn]:
        """The first of those who wait (who began earlier than this one); no more than so many."""
        return self._standing(WAITING, most, before)

    def called(self, most: int, before: Turn | None = None) -> list[Turn]:
        """The same of those who were called, or took a place, and have not left."""
        return self._standing(CALLED, most, before)

    def find(self, turn: Turn) -> Turn | None:
        """The same of those who wait, with its token; None if it does not wait."""
        found = self._dynamodb.get_item(TableName=self._table, Key=_key(WAITING, turn), ConsistentRead=True)
        return _turn(found["Item"]) if "Item" in found else None

    def enter(self, turn: Turn) -> None:
        """It waits from now on, with this token; a place that it held is free again.

        Raises AwsBusy if somebody moves it at the same moment: at its old token, which is to be forgotten.
        """
        if not self._move([self._put(WAITING, turn), self._delete(CALLED, turn)]):
            raise AwsBusy(f"the turn of {turn.run_id} is being moved")

    def hold(self, turn: Turn, now: int) -> bool:
        """It takes a place for as long as it makes its task. True if it was called to do so."""
        old = self._dynamodb.update_item(
            TableName=self._table,
            Key=_key(CALLED, turn),
            UpdateExpression="SET called_at = :now",
            ExpressionAttributeValues={":now": {"N": str(now)}},
            ReturnValues="ALL_OLD",
        )
        return "task_token" in old.get("Attributes", {})

    def call(self, turn: Turn, now: int) -> bool:
        """Takes it out of those who wait. False if it left, or somebody else moves it."""
        gone = self._delete(WAITING, turn, "task_token = :read", {":read": {"S": turn.token}})
        return self._move([gone, self._put(CALLED, turn, now)])

    def back(self, turn: Turn) -> None:
        """Ends what was called long ago: who waited at a token waits again, where it stood."""
        gone = self._delete(CALLED, turn, "called_at = :read", {":read": {"N": str(turn.called_at)}})
        self._move([gone, self._put(WAITING, turn)] if turn.token else [gone])

    def forget(self, turn: Turn, called_at: int) -> None:
        """Takes out whom nobody could wake; not who came by itself meanwhile, and holds its place or waits anew."""
        values = {":token": {"S": turn.token}, ":at": {"N": str(called_at)}}
        self._move([self._delete(CALLED, turn, "task_token = :token AND called_at = :at", values)])

    def leave(self, turn: Turn) -> None:
        """It needs no place any more, or has its task."""
        for state in (WAITING, CALLED):
            self._dynamodb.delete_item(TableName=self._table, Key=_key(state, turn))

    def wake(self, turn: Turn) -> bool:
        """Lets its execution go on. False if that waits no longer: its time was up, or it is gone."""
        try:
            self._once.send_task_success(taskToken=turn.token, output="{}")
        except ClientError as error:
            if code(error) not in _NOBODY_WAITS:
                raise
            return False
        return True

    def _standing(self, state: str, most: int, before: Turn | None) -> list[Turn]:
        condition, values = "line = :state", {":state": {"S": state}}
        if before:
            condition, values = f"{condition} AND turn < :turn", values | {":turn": _key(state, before)["turn"]}
        # Consistent: who entered the line and then saw no place must be seen by whoever frees one afterwards.
        found = self._dynamodb.query(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
            Limit=max(1, most),
        )
        return [_turn(item) for item in found["Items"]]

    def _move(self, items: list[dict[str, Any]]) -> bool:
        try:
            self._dynamodb.transact_write_items(TransactItems=items)
        except ClientError as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if code(error) == "TransactionCanceledException" and reasons & _OTHERS_WERE_FASTER:
                return False
            if code(error) == "TransactionCanceledException" and reasons & _THROTTLED:
                raise AwsBusy(f"the line was not changed: {sorted(filter(None, reasons))}") from error
            raise
        return True

    def _put(self, state: str, turn: Turn, called_at: int = 0) -> dict[str, Any]:
        token = {"task_token": {"S": turn.token}} if turn.token else {}
        called = {"called_at": {"N": str(called_at)}} if called_at else {}
        return {"Put": {"TableName": self._table, "Item": _key(state, turn) | token | called}}

    def _delete(
        self, state: str, turn: Turn, condition: str = "", values: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        asked = {"ConditionExpression": condition, "ExpressionAttributeValues": values} if condition else {}
        return {"Delete": {"TableName": self._table, "Key": _key(state, turn)} | asked}


def _key(state: str, turn: Turn) -> dict[str, Any]:
    return {"line": {"S": state}, "turn": {"S": f"{turn.since:0{_DIGITS}d}#{turn.run_id}"}}


def _turn(item: Mapping[str, Any]) -> Turn:
    since, _, run_id = item["turn"]["S"].partition("#")
    token, called_at = item.get("task_token", {}).get("S", ""), item.get("called_at", {}).get("N", "0")
    return Turn(int(since), run_id, token, int(called_at))
