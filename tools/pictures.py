"""Draws the pictures of the command line that the documentation shows: `make pictures`, about two minutes.

A story is told on a local cloud, and the command line runs in a terminal there as it would for an admin. What differs
in nothing but its numbers and ids is not written again.
"""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from demo import cloud as local
from demo.cloud import Cloud
from demo.deployment import Deployment
from demo.homes import Home, fill, write
from demo.ledger import Ledger
from demo.studio import Owner, Studio, make_network, make_trail, wait_for
from tools.terminal import COLUMNS, Page, shown

FOLDER = local.ROOT / "docs" / "pictures"
TIME_SCALE = 0.1
ADA, GRACE, ALAN, GROUP = Owner("user", "ada"), Owner("user", "grace"), Owner("user", "alan"), Owner("space", "papers")
# DataSync is limited, so that its bar can be looked at: in this cloud ten times as fast.
BYTES_PER_SECOND = 4 * 1024 * 1024
FILES, FILE_BYTES = 200, 2 * 1024 * 1024
# How far the copy is when its picture is taken.
BEST_SHARE = 0.6
_COPIES = re.compile(r"copies ([\d.]+) [kMG]?B of ([\d.]+) [kMG]?B, .* left")
# Ids, bars, times, sizes, lengths of time, and all other numbers.
_CHANGING = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b[a-z]+-[0-9a-z]{10,}\b|[0-9a-f]{16,}",
        "[━╸╺]+",
        r"[\d-]{10} [\d:]{5,8}",
        r"[\d.]+ (bytes|[kMGT]?B)",
        r"\d+ (d|h|min|s)\b( \d+ (h|min|s)\b)?",
        r"\d[\d,.]*",
    )
)
# Rich's own, without the fonts that it fetches from a server.
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def main() -> int:
    """Draw all of them; 0 if that went well."""
    local.forget_the_callers_aws()
    FOLDER.mkdir(exist_ok=True)
    with local.running(TIME_SCALE) as cloud, tempfile.TemporaryDirectory(prefix="studio-recovery-") as work:
        lab = prepared(cloud, Path(work) / "module")
        keep("doctor", "doctor", last(lab.pages("doctor")))
        for page in lab.pages("restore", "ada", "--into", "restored", answer="y\n"):
            lab.look(page)
        keep("restore", "restore ada --into restored", lab.best)
        keep("status", "status", lab.status)
    return 0


@dataclass
class Lab:
    """A cloud with a deployment that has something to show; the best look at a restore so far, and at the status."""

    cloud: Cloud
    best: str = ""
    status: str = ""
    _distance: float = 1

    def pages(self, *typed: str, answer: str = "") -> Iterator[Page]:
        """What the command line shows in a terminal."""
        path = os.pathsep.join(str(local.ROOT / folder) for folder in ("cli", "lambda_src"))
        environment = local.environment(self.cloud.endpoint) | {"PYTHONPATH": path, "TZ": "UTC"}
        yield from shown([sys.executable, "-m", "studio_recovery_cli", *typed], environment, answer)

    def look(self, page: Page) -> None:
        """Keeps a look at a copy, if it is better than the last one; and at the status while a copy runs."""
        found = _COPIES.search(page.text)
        if found is None:
            return
        if not self.status:
            self.status = last(self.pages("status"))
        distance = abs(float(found[1]) / float(found[2]) - BEST_SHARE)
        if distance < self._distance:
            self.best, self._distance = page.coloured, distance


def last(pages: Iterator[Page]) -> str:
    """What stands there at the end."""
    page = Page()
    for page in pages:  # noqa: B007 # only the last one counts
        pass
    return page.coloured


def prepared(cloud: Cloud, work: Path) -> Lab:
    """Three users and a space: ada and grace came back, a home waits for an approval, and ada's old one is large."""
    network = make_network(cloud)
    make_trail(cloud)
    deployment = Deployment(cloud, work)
    deployment.apply({"vpcs": {"studio": network.vpc_id}, "copy": {"bytes_per_second": BYTES_PER_SECOND}})
    outputs = deployment.output()
    cloud.client("sns").subscribe(TopicArn=outputs["topic_arn"], Protocol="email", Endpoint="platform-team@example.com")
    studio = Studio(cloud, "lab", network)
    ledger = Ledger(cloud, outputs["profile_table_name"], outputs["history_table_name"], "lab")
    old = studio.create(ADA, GRACE, ALAN)
    private(cloud, studio, ADA)
    known(ledger, old | {GROUP: studio.home(GROUP)})
    studio.open_apps(*old)
    for owner, home in old.items():
        fill(cloud.disk, home, owner.name)
    for number in range(FILES):
        write(cloud.disk, old[ADA], f"runs/{number:03}/weights.bin", os.urandom(1024) * (FILE_BYTES // 1024))
    studio.delete(GROUP)
    studio.delete(ADA, GRACE)
    for owner in (ADA, GRACE, GROUP):
        wait_for(f"end of {owner} in the ledger", partial(ledger.has_ended, owner))
    new = studio.create(ADA, GRACE)
    private(cloud, studio, GRACE)
    wait_for("recoveries", lambda: all(ledger.is_at_rest(owner, home) for owner, home in new.items()))
    wait_for("the space is blocked", lambda: (ledger.row(GROUP) or {}).get("replication_status") == "BLOCKED")
    cloud.client("lambda").invoke(FunctionName=outputs["function_names"]["seed"], Payload=b"{}")
    return Lab(cloud)


def private(cloud: Cloud, studio: Studio, whose: Owner) -> None:
    """The space is made as somebody's own."""
    cloud.client("sagemaker").create_space(
        DomainId=studio.domain_id,
        SpaceName=GROUP.name,
        OwnershipSettings={"OwnerUserProfileName": whose.name},
        SpaceSharingSettings={"SharingType": "Private"},
    )


def known(ledger: Ledger, homes: dict[Owner, Home]) -> None:
    """Wait until the ledger knows these homes."""
    for owner, home in homes.items():
        wait_for(f"{owner} in the ledger", partial(ledger.knows, owner, home))


def keep(name: str, typed: str, screen: str, folder: Path = FOLDER) -> None:
    """Writes the picture, if it says something else than the one that is there."""
    if not screen:
        raise RuntimeError(f"nothing was seen of {typed}")
    file, drawn = folder / f"{name}.svg", picture(name, typed, screen)
    if file.exists() and words(file.read_text("utf-8")) == words(drawn):
        print(f"{file.name}: says what it said")
        return
    file.write_text(drawn, "utf-8")
    print(f"{file.name}: written")


def picture(name: str, typed: str, screen: str) -> str:
    """The screen as SVG, below the command that was typed."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ ", "dim") + Text(f"studio-recovery {typed}", "bold"))
    console.print(Text.from_ansi(screen))
    return console.export_svg(title="studio-recovery", code_format=_FORMAT, unique_id=name)


def words(drawn: str) -> list[str]:
    """What a picture says, whatever its numbers, times and ids are."""
    said = "".join(re.findall(r"<text [^>]*>([^<]*)</text>", drawn)).replace("&#160;", " ")
    for changing in _CHANGING:
        said = changing.sub("#", said)
    return said.split()


if __name__ == "__main__":
    sys.exit(main())
