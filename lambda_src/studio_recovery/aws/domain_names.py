"""Knows the domains of the Region by their names, which the ledger keeps and SageMaker's other calls do not take.

API: ListDomains (docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListDomains.html).
"""

from collections.abc import Iterator
from typing import Any


class DomainNames:
    """The names of the domains of one account and Region."""

    def __init__(self, sagemaker: Any) -> None:
        self._sagemaker = sagemaker

    def ids_of(self, name: str) -> Iterator[str]:
        """The ids of the domains of this name."""
        for page in self._sagemaker.get_paginator("list_domains").paginate(PaginationConfig={"PageSize": 100}):
            yield from (domain["DomainId"] for domain in page["Domains"] if domain["DomainName"] == name)
