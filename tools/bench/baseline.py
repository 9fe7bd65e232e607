"""The baseline: a naive design beside ours, in the same cloud, with the same owners and the same copies."""

import json
import re
from pathlib import Path

from localcloud.datasync import CREATING_SECONDS
from localcloud.service import Record
from tests.histories.clients import LATENCY
from tests.histories.cloud import PROFILES
from tests.histories.machine import Walk
from tests.histories.network import ACCOUNT, REGION, SUBNETS
from tools.bench.crowd import QUOTA, Crowd, Storm, storm
from tools.bench.plots import Plot
from tools.bench.storm import OWNERS as MEASURED
from tools.bench.storm import apart
from tools.bench.table import Table

FILE = Path(__file__).parent / "naive.asl.json"
OWNERS = (10, QUOTA, QUOTA + 10)
OPENS_SECONDS = 15.0
HEAD = (
    "owners",
    "design",
    "makespan ratio",
    "to the copies alone",
    "failed",
    "transitions each",
    "longest wait / median",
    "left behind",
)


class Naive(Crowd):
    """The same chain, whose executions walk through naive.asl.json."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        machine = definition()
        self.cloud.states.definition, self.cloud.states.begins = machine["States"], machine["StartAt"]

    def at_rest(self) -> bool:
        """Whether every execution has ended; a row whose execution failed is left as it was."""
        return not self.cloud.states.running()

    def made_again(self, owners: int) -> None:
        """Everybody opens Studio as soon as the profile is there; this design waits for it."""
        self.time.advance(OPENS_SECONDS)
        app = {"DomainId": self.domain_id, "AppType": "JupyterServer", "AppName": "default"}
        for number in range(owners):
            self.cloud.studio.call("create_app", app | {"UserProfileName": f"user-{number:05}"})

    def _work(self, resource: str, arguments: Record, walk: Walk) -> Record:
        self.tries[walk.name] += 1
        match resource:
            case "listApps":
                return dict(self.cloud.clients["sagemaker"].list_apps(**arguments))
            case "updateItem":
                self.time.sleep(LATENCY)
                self.statuses[walk.input["profile_name"]], self.settled = "SUCCEEDED", self.time.now()
                return {}
            case _:
                return self._sdk(resource, arguments)


def definition() -> Record:
    """The naive state machine, with the names that it needs."""
    names = {
        "file_systems": f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/",
        "subnet_arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{SUBNETS[0]}",
        "group_arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-0",
        "table": PROFILES,
    }
    read: Record = json.loads(re.sub(r"\$\{(\w+)\}", lambda found: names[found[1]], FILE.read_text()))
    return read


def measure(small: bool) -> Table:
    """Both designs beside each other."""
    sizes = OWNERS[:2] if small else OWNERS
    found = {"naive": [storm(owners, Naive) for owners in sizes], "ours": [storm(owners) for owners in sizes]}
    rows = (found[word][number].row(HEAD, {"design": word}) for number in range(len(sizes)) for word in found)
    drawn = () if small else (("storm-ratio.svg", _drawn(found["naive"][:2])),)
    return Table(HEAD, tuple(rows), pictures=drawn)


def _drawn(naive: list[Storm]) -> str:
    """Makespan ratio over the number of owners, with what is measured of ours anyway."""
    ours = [one.storm for one in apart(MEASURED)]
    series = {"naive": naive, "ours": ours}
    most = 1.1 * max(_ratio(one) for storms in series.values() for one in storms)
    plot = Plot("Makespan by its lower bound", "owners", "ratio", (MEASURED[-1], most), (MEASURED[0], 0.0), log=True)
    lines = {word: [(one.owners, _ratio(one)) for one in storms] for word, storms in series.items()}
    return plot.lines(lines | {"bound": [(MEASURED[0], 1.0), (MEASURED[-1], 1.0)]}, dots=True)


def _ratio(one: Storm) -> float:
    return one.ratio(CREATING_SECONDS)
