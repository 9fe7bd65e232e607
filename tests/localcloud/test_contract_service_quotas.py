"""What the local Service Quotas promises: quotas as this cloud itself keeps to them."""

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.promises import NO_PAGE, promise, unconfirmed
from tests.localcloud.servers import Server

LIST = "https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html"


def values(server: Server, service: str) -> list[float]:
    listed = server.client("service-quotas").list_service_quotas(ServiceCode=service)["Quotas"]
    return [quota["Value"] for quota in listed]


@promise(LIST, catches="doctor compares task_quota with AWS's default, not with what applies to the account")
@unconfirmed("what Service Quotas calls DataSync's and EFS's quotas, and their codes")
def test_a_service_lists_the_quotas_that_apply(server: Server) -> None:
    before = server.admin("POST", "behaviour", {})["task_quota"]
    server.admin("POST", "behaviour", {"task_quota": 7})
    applied = values(server, "datasync")
    server.admin("POST", "behaviour", {"task_quota": before})
    assert (applied, values(server, "datasync")) == ([7.0], [float(before)])


@promise(LIST)
def test_every_quota_has_a_name_and_a_code(server: Server) -> None:
    (quota,) = server.client("service-quotas").list_service_quotas(ServiceCode="lambda")["Quotas"]
    assert (quota["QuotaName"], quota["QuotaCode"]) == ("Concurrent executions", "L-B99A9384")


@promise(LIST, catches="a service is asked for by its name in boto3, which Service Quotas does not know")
@unconfirmed(NO_PAGE)
def test_a_service_that_it_does_not_know_is_refused(server: Server) -> None:
    with pytest.raises(ClientError, match="NoSuchResourceException"):
        values(server, "efs")
