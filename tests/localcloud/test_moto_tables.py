"""moto's DynamoDB, spared the copies of whole tables: it still answers and refuses as before."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.inprocess import InProcessCloud


@pytest.fixture
def dynamodb(tmp_path: Path) -> Iterator[Any]:
    with InProcessCloud(tmp_path) as cloud:
        client = cloud.client("dynamodb")
        client.create_table(
            TableName="t",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "h", "KeyType": "HASH"}, {"AttributeName": "r", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in "hr"],
        )
        for h, r in (("a", "1"), ("a", "2"), ("b", "1")):
            client.put_item(TableName="t", Item=item(h, r, "old"))
        yield client


def item(h: str, r: str, value: str) -> dict[str, Any]:
    return {"h": {"S": h}, "r": {"S": r}, "v": {"S": value}}


def put(h: str, r: str, **condition: str) -> dict[str, Any]:
    return {"Put": {"TableName": "t", "Item": item(h, r, "new")} | condition}


def table(dynamodb: Any) -> set[tuple[str, str, str]]:
    return {(one["h"]["S"], one["r"]["S"], one["v"]["S"]) for one in dynamodb.scan(TableName="t")["Items"]}


def test_a_transaction_writes_all_its_items(dynamodb: Any) -> None:
    dynamodb.transact_write_items(TransactItems=[put("a", "1"), put("c", "1")])
    assert table(dynamodb) == {("a", "1", "new"), ("a", "2", "old"), ("b", "1", "old"), ("c", "1", "new")}


def test_a_transaction_that_is_cancelled_writes_nothing(dynamodb: Any) -> None:
    before = table(dynamodb)
    delete = {"Delete": {"TableName": "t", "Key": {"h": {"S": "b"}, "r": {"S": "1"}}}}
    refused = put("a", "2", ConditionExpression="attribute_not_exists(h)")
    with pytest.raises(ClientError, match="TransactionCanceledException"):
        dynamodb.transact_write_items(TransactItems=[put("a", "1"), put("c", "1"), delete, refused])
    assert table(dynamodb) == before


def test_a_query_answers_with_its_partition(dynamodb: Any) -> None:
    found = dynamodb.query(
        TableName="t", KeyConditionExpression="h = :h", ExpressionAttributeValues={":h": {"S": "a"}}
    )["Items"]
    assert [one["r"]["S"] for one in found] == ["1", "2"]
    nobody = dynamodb.query(
        TableName="t", KeyConditionExpression="h = :h", ExpressionAttributeValues={":h": {"S": "z"}}
    )
    assert nobody["Items"] == []
