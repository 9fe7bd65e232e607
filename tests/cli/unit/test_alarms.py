"""The command line knows every alarm that the module makes, and each has its section in docs/operating.md."""

import re
from typing import Any

import hcl2
import pytest

from studio_recovery_cli.alarms import ALARMS, NO_SEED, Known, wanted
from tools.links import anchors
from tools.pages import ROOT

PAGE = (ROOT / "docs/operating.md").read_text("utf-8")
ANCHORS = anchors(ROOT / "docs/operating.md")
FIVE = set(re.findall(r"[1-5] (\w+) [─◄]", (ROOT / "README.md").read_text("utf-8")))
RESOURCE = '"aws_cloudwatch_metric_alarm"'
# Where the module's alarms are written down, by their resource's name.
MADE_FROM = {"watch": "alarms", "functions": "function_alarms", "seed": "no_seed"}


def module() -> tuple[dict[str, Any], dict[str, Any]]:
    """The locals of the module's watch, and its alarms by their resource's name."""
    told: dict[str, Any] = {}
    alarms: dict[str, Any] = {}
    for file in sorted(ROOT.glob("*.tf")):
        with file.open(encoding="utf-8") as text:
            parsed = hcl2.load(text)
        for block in parsed.get("locals", []):
            told |= block
        for block in parsed.get("resource", []):
            alarms |= {name.strip('"'): body for name, body in block.get(RESOURCE, {}).items()}
    return told, alarms


LOCALS, RESOURCES = module()


def written() -> dict[str, str]:
    """What the module says of each of its alarms, by the word in its name."""
    (no_seed,) = re.findall(r"\{no-seed = (\{.*\})\}", LOCALS["no_seed"])
    usual = {**LOCALS["alarms"], **LOCALS["function_alarms"]}
    return {word: str(said) for word, said in usual.items() if not word.startswith("__")} | {NO_SEED: no_seed}


def test_every_alarm_of_the_module_is_known() -> None:
    assert written().keys() == ALARMS.keys()
    # One that is made from something else has to be looked at here, too.
    assert {name: body["for_each"] for name, body in RESOURCES.items()} == {
        name: f"${{local.{source}}}" for name, source in MADE_FROM.items()
    }


def test_every_alarm_tells_the_topic() -> None:
    assert {str(body["alarm_actions"]) for body in RESOURCES.values()} == {"['${aws_sns_topic.notices.arn}']"}


@pytest.mark.parametrize("word", ALARMS)
def test_an_alarm_says_its_stage_its_section_and_first_what_status_would_say(word: str) -> None:
    said, known = written()[word], ALARMS[word]
    (stage,) = re.findall(r"""\bstage['"]* *[=:] *['"]+(.*?)['"]""", said)
    assert stage == "all" or set(re.findall(r"\w+", stage)) - {"or"} <= FIVE
    assert f'"{known.section}"' in said
    first = re.search(r"""commands['"]* *[=:] *\[['"]+(.*?)['"]""", said)
    assert first
    assert known.command in ("", first[1])


@pytest.mark.parametrize(("word", "known"), ALARMS.items())
def test_an_alarm_has_a_section_that_names_it_and_says_what_to_do(word: str, known: Known) -> None:
    anchor = known.section.lower().replace(" ", "-")
    assert anchor in ANCHORS
    (line,) = [line for line in PAGE.splitlines() if line.startswith("| `") and f"`{word}`" in line.split(" | ")[0]]
    assert f"[{known.section}](#{anchor})" in line
    (section,) = re.findall(rf"^## {known.section}\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    assert f"`studio-recovery-{word}`" in section
    assert re.search(r"`(studio-recovery|retry|restore|approve|release)\b", section)


def test_only_a_seed_that_comes_every_few_days_is_waited_for() -> None:
    assert wanted(6 * 86_400) == ALARMS.keys()
    assert wanted(6 * 86_400 + 1) == ALARMS.keys() - {NO_SEED}
