"""Checks the state machine: its structure with cfn-lint, its JSONata and its retries with what AWS documents.

    python -m tools.states

cfn-lint knows which fields a state may have in JSONata. It does not read expressions, and lets some fields of a retry
or a catch pass: those rules stand here. Where states lead to is a matter of the unit tests.

Exit statuses: 0 nothing is wrong, 1 something is.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jsonata import JException, Jsonata

from tools.pages import ROOT

FILE = ROOT / "statemachine" / "recovery.asl.json"
CFN_LINT = ROOT / ".venv-lint" / "bin" / "cfn-lint"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:studio-recovery"
VALUES = {
    "partition": "aws",
    "open_homes_arn": f"{FUNCTION}-open-homes",
    "close_homes_arn": f"{FUNCTION}-close-homes",
    "gate_arn": f"{FUNCTION}-gate",
    "copy_timeout_seconds": "86400",
}
# https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
OF_STEP_FUNCTIONS = {"states", "partition", "range", "hash", "random", "uuid", "parse"}
JSONATA = Jsonata("null").environment
STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
FIELDS_OF_A_CATCH = {"ErrorEquals", "Next", "Assign", "Output", "Comment"}


def main() -> int:
    """Check the file; 0 when nothing is wrong."""
    if not CFN_LINT.exists():
        print("cfn-lint is not installed; run `make lint`.", file=sys.stderr)
        return 1
    definition = json.loads(rendered(FILE.read_text()))
    wrong = [*structure(definition), *expressions(definition), *rules(definition)]
    print(*(wrong or [f"{len(definition['States'])} states, nothing wrong"]), sep="\n")
    return 1 if wrong else 0


def rendered(template: str) -> str:
    """The definition as `templatefile` makes it; a placeholder without a value stays, and is then found wrong."""
    return re.sub(r"\$\{(\w+)\}", lambda found: VALUES.get(found[1], found[0]), template)


def structure(definition: dict[str, Any]) -> list[str]:
    """What cfn-lint says of a definition; it takes it in a CloudFormation template, and settings from a home.

    That TimeoutSeconds may be an expression, as AWS says, it does not know: `expressions` looks at it.
    """
    states = {name: with_number(state) for name, state in definition["States"].items()}
    definition = definition | {"States": states}
    properties = {"RoleArn": "arn:aws:iam::111122223333:role/studio-recovery-recovery", "Definition": definition}
    template = {"Resources": {"Recovery": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "recovery.json"
        file.write_text(json.dumps(template))
        command = [str(CFN_LINT), "--regions", "eu-west-1", "--format", "json", "--", str(file)]
        env = {"PATH": os.environ["PATH"], "HOME": folder}
        told = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    if told.returncode and not told.stdout:
        return [told.stderr]
    found = json.loads(told.stdout or "[]")
    return [f"{where(one['Location']['Path'][4:])}: {one['Message']} ({one['Rule']['Id']})" for one in found]


def with_number(state: dict[str, Any]) -> dict[str, Any]:
    """The state with a number in the place of an expression for its TimeoutSeconds."""
    return state | {"TimeoutSeconds": 1} if isinstance(state.get("TimeoutSeconds"), str) else state


def expressions(definition: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the JSONata in a definition."""
    known = OF_STEP_FUNCTIONS | assigned(definition)
    for path, text in strings(definition, ()):
        if text.startswith("{%") or text.endswith("%}"):
            yield from (f"{where(path)}: {fault}" for fault in faults(text, path, known))


def assigned(value: Any) -> set[str]:
    """The variables that a definition assigns anywhere: whether that comes before they are read is not looked at."""
    match value:
        case dict():
            return set(value.get("Assign", {})).union(*(assigned(inner) for inner in value.values()))
        case list():
            return set().union(*(assigned(inner) for inner in value))
    return set()


def faults(text: str, path: tuple[str, ...], known: set[str]) -> Iterator[str]:
    """What is wrong with one expression at its place, where the known names may be used."""
    if not re.fullmatch(r"\{%.*%\}", text, re.DOTALL):
        yield "an expression begins with {% and ends with %}"
        return
    source = text[2:-2]
    try:
        Jsonata(source)
    except JException as error:
        yield f"not JSONata: {error}"
        return
    code = STRINGS.sub("''", source)
    parameters = " ".join(re.findall(r"function\s*\(([^)]*)\)", code))
    own = set(re.findall(r"\$(\w+)\s*:=", code)) | set(re.findall(r"\$(\w+)", parameters))
    for name in sorted(set(re.findall(r"\$(\w+)", code)) - known - own):
        if name == "eval" or JSONATA.lookup(name) is None:
            yield f"${name} is no variable that the machine assigns and no function of Step Functions"
    for member in sorted(set(re.findall(r"\$states\.(\w+)", code)) - readable(path)):
        yield f"$states.{member} cannot be read here"
    if "$$" in code:
        yield "$$ cannot be read: there is no input document"


def readable(path: tuple[str, ...]) -> set[str]:
    """The members of $states that an expression may read: https://states-language.net/#reserved-variable-states."""
    everywhere = {"input", "context"}
    if "Catch" in path:
        return everywhere | {"errorOutput"}
    return everywhere | {"result"} if path[2:3] in {("Assign",), ("Output",)} else everywhere


def rules(definition: dict[str, Any]) -> Iterator[str]:
    """What is wrong with retries and catches: https://states-language.net/#errors."""
    for name, state in definition["States"].items():
        for retry in state.get("Retry", []):
            if retry.get("BackoffRate", 2) < 1:
                yield f"{name}/Retry: BackoffRate is 1 or more"
            if retry.get("JitterStrategy", "NONE") not in {"NONE", "FULL"}:
                yield f"{name}/Retry: JitterStrategy is NONE or FULL"
            if retry.get("MaxDelaySeconds", 31622400) <= retry.get("IntervalSeconds", 1):
                yield f"{name}/Retry: MaxDelaySeconds is more than IntervalSeconds"
        for catch in state.get("Catch", []):
            yield from (f"{name}/Catch: {field} is no field of a catch" for field in set(catch) - FIELDS_OF_A_CATCH)


def strings(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every string in a definition with the names that lead to it."""
    match value:
        case str():
            yield path, value
        case dict():
            for name, inner in value.items():
                yield from strings(inner, (*path, name))
        case list():
            for position, inner in enumerate(value):
                yield from strings(inner, (*path, str(position)))


def where(path: list[Any] | tuple[str, ...]) -> str:
    """A place in the definition, without the word that every place begins with."""
    return "/".join(str(part) for part in path if part != "States") or "the machine"


if __name__ == "__main__":
    sys.exit(main())
