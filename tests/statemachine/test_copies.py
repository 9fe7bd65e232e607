"""What the deployed module leaves behind when nobody says otherwise: nothing that a user would miss."""

from demo.homes import look
from tests.statemachine.machine import Machine

LEFT_BEHIND = {
    ".local/share/Trash/files/draft.txt": b"thrown away",
    ".Trash-200005/files/draft.txt": b"thrown away",
    ".cache/pip/http/wheel": b"fetched",
    ".npm/_cacache/index": b"fetched",
    "project/__pycache__/model.cpython-313.pyc": b"compiled",
}
KEPT = {
    ".cache/huggingface/token": b"secret",
    ".local/share/jupyter/nbsignatures.db": b"signed",
    ".npm/anonymous-cli-metrics.json": b"{}",
    ".ipynb_checkpoints/notebook-checkpoint.ipynb": b"{}",
    "project/model.py": b"def train() -> None: ...",
    "trash/notes.txt": b"mine",
}


def test_trash_and_caches_stay_behind_and_everything_else_comes(machine: Machine) -> None:
    old, new = machine.two_homes()
    machine.leave(old, LEFT_BEHIND | KEPT)
    assert machine.run(old, new).said == {"word": "SUCCEEDED", "reason": ""}
    there = look(machine.cloud.disk, new)
    assert {path for path, entry in there.items() if entry.kind == "file"} == KEPT.keys()
    assert look(machine.cloud.disk, old).keys() >= LEFT_BEHIND.keys()


def test_a_home_that_holds_only_caches_has_nothing_to_copy(machine: Machine) -> None:
    owner, old, _ = machine.recreated({"__pycache__/model.cpython-313.pyc": b"compiled"})
    row = machine.at_rest(owner, "SKIPPED")
    assert row["reason"] == "nothing to copy"
    assert row["sources"][f"{old.file_system_id}/{old.uid}"]["dormant"]
