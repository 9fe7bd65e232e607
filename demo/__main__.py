"""The demo: `python -m demo`, started by `make demo`."""

import argparse
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from demo import cloud as local
from demo.deployment import Deployment, Event, TerraformError
from demo.report import report
from demo.screen import Screen, screen_of_this_process
from demo.story import Story
from demo.studio import Studio, TooLate, make_network, make_trail
from tools.terraform_init import InitError

TIME_SCALE = 0.1
USUAL_PORT = 4566
KEPT = local.ROOT / ".local"
INTERRUPTED = 130


def main() -> int:
    """Tell the story; 0 if every home came back as it was, 1 if not, 130 if interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Watch two deleted Studio homes come back.")
    parser.add_argument("--keep", action="store_true", help="leave the local cloud running")
    parser.add_argument("--sample", action="store_true", help="copy without access points: the check fails")
    options = parser.parse_args()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    local.forget_the_callers_aws()
    screen = screen_of_this_process()
    try:
        return (kept if options.keep else passing)(screen, options.sample)
    except KeyboardInterrupt:
        screen.text("\nInterrupted. Everything that was started has been ended.")
        return INTERRUPTED
    except (local.CloudError, InitError, TerraformError, TooLate) as error:
        screen.text(f"\n{error}")
        return 1


def passing(screen: Screen, as_sample: bool) -> int:
    """The story on a cloud that ends with it."""
    with local.running(TIME_SCALE) as cloud, tempfile.TemporaryDirectory(prefix="studio-recovery-") as work:
        return tell(screen, cloud, Path(work), as_sample)


def kept(screen: Screen, as_sample: bool) -> int:
    """The story on a cloud that stays when it is told to the end."""
    KEPT.mkdir(exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="demo-", dir=KEPT))
    cloud = local.start(data, TIME_SCALE, local.free_port(USUAL_PORT), dies_with_us=False)
    try:
        status = tell(screen, cloud, data / "terraform", as_sample)
        how_to_talk_to(screen, cloud, data)
    except BaseException:
        local.end(cloud.process)
        shutil.rmtree(data, ignore_errors=True)
        raise
    return status


def tell(screen: Screen, cloud: local.Cloud, work: Path, as_sample: bool) -> int:
    """The story and its report; 0 if everything is right."""
    screen.text(f"A local cloud runs on {cloud.endpoint}. Its waits are {1 / TIME_SCALE:.0f} times shorter than AWS's.")
    if as_sample:
        cloud.behave(ignore_access_points=True)
        screen.text("DataSync works without access points here, as a plain task does: the check must fail.")
    network = make_network(cloud)
    make_trail(cloud)
    story = Story(cloud, screen, apply(cloud, screen, work, network.vpc_id))
    story.tell(Studio(cloud, story.domain, network))
    right = report(story)
    screen.text(f"\n{'Both homes are back.' if right else 'Something is not right.'} {screen.seconds:.0f} s")
    return 0 if right else 1


def apply(cloud: local.Cloud, screen: Screen, work: Path, vpc_id: str) -> dict[str, Any]:
    """Apply the module, with a bar, and return its outputs."""
    screen.heading("terraform apply")
    deployment = Deployment(cloud, work)
    made = Counter[str]()
    with screen.progress() as bars:
        bars.show("terraform apply", "plan")

        def count(event: Event) -> None:
            resource = event.get("change") or event.get("hook") or {}
            if resource.get("action") == "create":
                made[event["type"]] += 1
            done, total = made["apply_complete"], made["planned_change"]
            bars.show("terraform apply", f"{done} of {total}", done, total or None)

        deployment.apply({"vpcs": {"studio": vpc_id}}, count)
    screen.line("terraform", "", f"{made['apply_complete']} resources made")
    return deployment.output()


def how_to_talk_to(screen: Screen, cloud: local.Cloud, data: Path) -> None:
    """What to type to look around, and to end it."""
    access = " ".join(f"{name}={value}" for name, value in local.ACCESS.items())
    key, secret = local.ACCESS.values()
    here = data.relative_to(local.ROOT)
    screen.heading("The local cloud goes on")
    screen.text(f"""\
Say where it is:
  export AWS_ENDPOINT_URL={cloud.endpoint} AWS_DEFAULT_REGION={local.REGION} {access}
The command line:
  .venv/bin/studio-recovery status
  .venv/bin/studio-recovery show ada
  .venv/bin/studio-recovery --help
AWS CLI:
  aws sagemaker list-user-profiles
  aws dynamodb scan --table-name studio-recovery-studioUser
boto3:
  boto3.client("sagemaker", endpoint_url="{cloud.endpoint}", region_name="{local.REGION}",
               aws_access_key_id="{key}", aws_secret_access_key="{secret}")
Files:      {here / "efs"}
Terraform:  terraform -chdir={here / "terraform"} plan
Its log:    {here / "cloud.log"}
End it:     kill {cloud.process.pid}; its files stay until make clean""")


if __name__ == "__main__":
    sys.exit(main())
