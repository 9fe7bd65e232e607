"""`studio-recovery show`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from demo.cloud import Cloud
from demo.studio import Network, wait_for
from studio_recovery_cli.commands.show import show
from tests.cli.documented import undocumented
from tests.cli.people import ADA, BOB, DRAFTS, LabOf, came_back, changed_hands, named
from tests.cli.shell import SECONDS, Shell, until_it_says


def test_everything_about_an_owner_is_shown(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-shows")
    old, new = came_back(lab)
    lab.recovered({ADA: new})
    told = reader.run("show", named(lab, ADA), "--output", "json")
    said = told.data
    assert (told.status, told.err) == (0, "")
    assert {**said, "timeline": []}.keys() == {name for name in show.fields if "." not in name}
    without_details = {**said, "timeline": [{**line, "details": None} for line in said["timeline"]]}
    assert undocumented(without_details, show.fields) == []
    assert set(told.actions) <= set(show.actions)
    assert [one["home"] for one in said["homes"]] == [str(old), str(new)]
    assert said["homes"][0]["state"].startswith("recovered ")
    assert said["homes"][1]["state"] == "current"
    assert [line["what"] for line in said["timeline"]] == lab.history(ADA)
    (execution,) = said["executions"]
    assert (execution["source"], execution["target"], execution["outcome"]) == (str(old), str(new), "SUCCEEDED")
    assert execution["console"].startswith("https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/")
    assert execution["console"].endswith(execution["arn"])

    page = replace(reader, columns=80).run("show", "ada@cli-shows", "--lines", "2", terminal=True)
    assert f"the last 2 of {len(said['timeline'])} lines" in page.out
    assert "Homes" in page.out
    assert execution["arn"] in page.out
    assert reader.run("show", named(lab, ADA), "--lines", "1", "--output", "json").data["timeline_left_out"] == (
        len(said["timeline"]) - 1
    )


def test_what_waits_for_a_person_is_shown_with_what_to_type(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-blocked-shows")
    old, _ = changed_hands(lab)
    told = reader.run("show", named(lab, DRAFTS))
    assert told.status == 0
    assert "the old space was private, the new one is shared" in told.out
    assert f"studio-recovery approve {named(lab, DRAFTS)}" in told.out
    (step, *_) = reader.run("show", named(lab, DRAFTS), "--output", "json").data["steps"]
    assert step["command"] == f"studio-recovery approve {named(lab, DRAFTS)}"
    assert f"{old}" in told.out


def test_an_owner_whom_only_the_history_knows_is_shown(
    lab_of: LabOf, reader: Shell, cloud: Cloud, outputs: dict[str, Any]
) -> None:
    lab = lab_of("cli-forgotten")
    home = lab.move_in(BOB)[BOB]
    lab.move_out(BOB)
    key = {"profile_name": {"S": "user/bob"}, "domain_name": {"S": "cli-forgotten"}}
    cloud.client("dynamodb").delete_item(TableName=outputs["profile_table_name"], Key=key)
    told = reader.run("show", named(lab, BOB))
    assert told.status == 0
    assert "only the history knows it any more" in told.out
    assert str(home) in told.out
    said = reader.run("show", named(lab, BOB), "--output", "json").data
    assert (said["known"], said["exists"], said["home"]) == (False, False, None)


def test_who_is_not_known_at_all_gets_the_nearest_names(lab_of: LabOf, reader: Shell) -> None:
    lab = lab_of("cli-adda")
    lab.known(lab.studio.create(ADA))
    told = reader.run("show", "user/adda@cli-adda")
    assert (told.status, told.out) == (1, "")
    assert "Did you mean" in told.err
    assert named(lab, ADA) in told.err


@pytest.fixture
def crowded(cloud: Cloud, network: Network) -> Network:
    """A subnet that has addresses for mount targets, but none for a copy, as long as the test does not free them."""
    ec2 = cloud.client("ec2")
    zone = ec2.describe_subnets(SubnetIds=list(network.subnet_ids))["Subnets"][0]["AvailabilityZone"]
    made = ec2.create_subnet(VpcId=network.vpc_id, CidrBlock="10.20.201.0/28", AvailabilityZone=zone)["Subnet"]
    return Network(network.vpc_id, (made["SubnetId"],))


def test_a_recovery_that_waits_for_addresses_is_told_with_the_subnet(
    lab_of: LabOf, reader: Shell, cloud: Cloud, crowded: Network
) -> None:
    lab, ec2, (subnet,) = lab_of("cli-crowded", crowded), cloud.client("ec2"), crowded.subnet_ids
    lab.move_in(ADA)
    lab.move_out(ADA)
    free = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"]
    taken = [ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"] for _ in range(free - 3)]
    homes = lab.studio.create(ADA)

    def waits() -> dict[str, Any] | None:
        told = reader.run("show", named(lab, ADA), "--output", "json").data["progress"]
        return dict(told) if told and told["phase"] == "waits for a place" else None

    why = f"{subnet} has 3 free addresses: a copy takes 4"
    assert wait_for("a wait", waits)["why"] == why
    for command in (("show", named(lab, ADA)), ("status",)):
        page = replace(reader, columns=80).run(*command, terminal=True).out
        assert f"1 waits: {why}" in " ".join(page.split())
    for interface in taken:
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    lab.recovered(homes)


@pytest.mark.usefixtures("deployment")
def test_a_recovery_is_followed_to_its_end(
    lab_of: LabOf, reader: Shell, no_recovery_begins: Callable[[], None]
) -> None:
    lab = lab_of("cli-followed")
    old, new = came_back(lab)
    waits = reader.run("show", named(lab, ADA), "--output", "json").data
    assert waits["progress"]["phase"] == "waits to begin"
    assert undocumented({**waits, "timeline": []}, show.fields) == []
    process = reader.start("show", named(lab, ADA), "--follow")
    try:
        until_it_says(process, f"{named(lab, ADA)}: waits to begin\n")
        no_recovery_begins()
        out, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    assert (process.returncode, "SUCCEEDED" in out) == (0, True)
    assert lab.files(new) == {"ada.txt": lab.words(ADA)}
    assert reader.run("show", named(lab, ADA), "--output", "json").data["homes"][0]["home"] == str(old)
