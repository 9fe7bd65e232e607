"""Service Quotas: those that recoveries run into, with the values by which this cloud itself goes.

https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html. What Service Quotas calls
them is unconfirmed but for Lambda's; so are the codes of DataSync and EFS, which are made up.
"""

import os

from localcloud.service import JsonService, Record, Refusal

NAMES = {"datasync": "AWS DataSync", "elasticfilesystem": "Amazon Elastic File System (EFS)", "lambda": "AWS Lambda"}


class ServiceQuotas(JsonService):
    """The quotas of one account in one Region."""

    name = "servicequotas"
    model = "service-quotas"
    invalid = "IllegalArgumentException"

    def list_service_quotas(self, request: Record) -> Record:
        """All quotas of a service, on one page."""
        service = request["ServiceCode"]
        if service not in NAMES:
            raise Refusal("NoSuchResourceException", f"The service {service} is not known to Service Quotas.", 404)
        return {"Quotas": [quota for quota in self._quotas() if quota["ServiceCode"] == service]}

    def _quotas(self) -> list[Record]:
        behaviour = self.around.faults.behaviour
        points = behaviour.access_point_quota
        concurrency = float(os.environ.get("LAMBDA_ACCOUNT_CONCURRENCY", "1000"))
        return [
            self._quota("datasync", "L-00000001", "Tasks per account and Region", behaviour.task_quota),
            self._quota("elasticfilesystem", "L-00000002", "Access points per file system", points),
            self._quota("lambda", "L-B99A9384", "Concurrent executions", concurrency),
        ]

    def _quota(self, service: str, code: str, name: str, value: float) -> Record:
        return {
            "ServiceCode": service,
            "ServiceName": NAMES[service],
            "QuotaArn": self.arn(f"{service}/{code}"),
            "QuotaCode": code,
            "QuotaName": name,
            "Value": float(value),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }
