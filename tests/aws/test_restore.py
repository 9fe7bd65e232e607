"""Admin: a restore brings a home, or what was chosen of it, back now; the rest waits as it did before."""

import pytest

from studio_recovery.errors import BadInput
from studio_recovery.guard import Guard
from studio_recovery.homes import Home
from studio_recovery.owners import Kind, Owner
from studio_recovery.statuses import Status, Word
from tests.aws.asking import BOB, WORDS, answered, ask, home_of, moved_in
from tests.aws.lab import ADA, Lab


def restore(lab: Lab, owner: Owner = ADA, **more: object) -> dict[str, object]:
    return answered(lab, {"action": "restore", "owner": str(owner)} | more)


def tree(lab: Lab, home: Home) -> dict[str, str]:
    """Every file of a home by its path."""
    folder = lab.cloud.disk.home(home.file_system_id, home.uid)
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def write_below(lab: Lab, home: Home, folder: str, **files: str) -> None:
    """Writes files into a folder of a home as its user."""
    below = lab.cloud.disk.home(home.file_system_id, home.uid) / folder
    below.mkdir(parents=True)
    lab.cloud.disk.set_owner(below, int(home.uid), 0)
    for name, text in files.items():
        (below / name).write_text(text)
        lab.cloud.disk.set_owner(below / name, int(home.uid), 0)


def test_what_waits_for_an_approval_is_approved_by_a_restore(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    old = moved_in(lab, ADA)
    lab.recreate()
    told = restore(lab)
    assert (told["status"], told["source"], told["selection"]) == ("PENDING", "user/ada@lab", {})
    assert told["sources"] == [{"home": old.key, "approved": True}]
    assert lab.recover().word is Word.SUCCEEDED
    assert lab.files(home_of(lab)) == WORDS


def test_a_home_that_was_recovered_long_ago_is_copied_again(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    lab.recover()
    current = home_of(lab)
    (lab.cloud.disk.home(current.file_system_id, current.uid) / "notes.txt").unlink()
    assert restore(lab)["status"] == "PENDING"
    lab.recover()
    assert lab.files(home_of(lab)) == WORDS
    assert lab.row().sources == ()


def test_an_owner_without_an_earlier_home_has_nothing_to_restore(lab: Lab) -> None:
    moved_in(lab, ADA)
    with pytest.raises(BadInput, match="owner user/ada@lab is IDLE, and nothing is known of an earlier home"):
        restore(lab)


def test_a_home_that_was_dropped_comes_back_only_by_its_name(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    old = moved_in(lab, ADA)
    lab.recreate()
    told = answered(lab, {"action": "drop", "owner": str(ADA), "home": old.key})
    assert (told["status"], told["dropped"], told["sources"]) == ("IDLE", old.key, [])
    assert told["note"] == "no file was deleted: the home stays as it is on its file system"
    assert lab.files(old) == WORDS
    with pytest.raises(BadInput, match=r"was dropped: name it as home"):
        restore(lab)
    restore(lab, home=old.key)
    lab.recover()
    assert lab.files(home_of(lab)) == WORDS


def test_one_folder_comes_alone_and_the_whole_home_waits_as_before(lab: Lab) -> None:
    lab.guard = Guard(require_approval=True)
    old = moved_in(lab, ADA)
    write_below(lab, old, "projects/one", code="print(1)")
    write_below(lab, old, "projects/two", code="print(2)")
    lab.recreate()
    told = restore(lab, selection={"path": "projects/two"})
    assert told["selection"] == {"path": "projects/two"}
    assert told["says"] == f"the copy from {old.key} begins (only /projects/two)"
    assert told["sources"] == [{"home": old.key, "approved": True, "selection": {"path": "projects/two"}}]
    assert lab.recover().word is Word.SUCCEEDED
    assert tree(lab, home_of(lab)) == {"projects/two/code": "print(2)"}
    assert (lab.row().status, lab.row().reason) == (Status.BLOCKED, "approval")
    ask(lab, "approve")
    lab.recover()
    assert tree(lab, home_of(lab)) == WORDS | {"projects/one/code": "print(1)", "projects/two/code": "print(2)"}
    assert lab.row().sources == ()


def test_a_folder_of_an_older_home_comes_into_a_folder_of_its_own(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    lab.recreate()
    lab.recover()
    current = home_of(lab)
    lab.write(current, {"notes.txt": "newer"})
    restore(lab, home=old.key, selection={"path": "notes.txt", "into": "restored/2026"})
    run = lab.start()
    task = lab.opening().open(run)
    points = lab.cloud.client("efs").describe_access_points(FileSystemId=current.file_system_id)["AccessPoints"]
    assert sorted(point["RootDirectory"]["Path"] for point in points) == sorted(
        [f"/{old.uid}", f"/{current.uid}/restored/2026"]
    )
    assert lab.close(run, copy=lab.copy(task)).word is Word.SUCCEEDED
    assert tree(lab, current) == {"notes.txt": "newer", "restored/2026/notes.txt": "of ada"}
    made = lab.cloud.disk.home(current.file_system_id, current.uid) / "restored" / "2026"
    assert lab.cloud.disk.owner(made) == (int(current.uid), 0)
    assert lab.row().sources == ()
    assert lab.temporary() == []


def test_what_is_incomplete_is_closed_by_copying_over_it(lab: Lab) -> None:
    """Also where the owner has worked in the new home since: its own files are no difference then."""
    moved_in(lab, ADA)
    lab.recreate()
    lab.write(home_of(lab), {"own.txt": "of the new home"})
    lab.cloud.behaviour.break_copies = True
    lab.recover()
    lab.cloud.behaviour.break_copies = False
    ask(lab, "retry")
    assert lab.recover().word is Word.PARTIAL
    told = restore(lab, selection={"overwrite": "ALWAYS"})
    assert told["status"] == "PENDING"
    assert lab.recover().word is Word.SUCCEEDED
    assert lab.files(home_of(lab)) == WORDS | {"own.txt": "of the new home"}
    assert lab.row().sources == ()


def test_what_is_incomplete_is_closed_by_a_folder_of_its_own(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    lab.write(home_of(lab), {"own.txt": "of the new home"})
    lab.cloud.behaviour.skip_files = True
    assert lab.recover().word is Word.PARTIAL
    lab.cloud.behaviour.skip_files = False
    restore(lab, selection={"into": "restored"})
    assert lab.recover().word is Word.SUCCEEDED
    assert tree(lab, home_of(lab)) == {"own.txt": "of the new home", "restored/notes.txt": "of ada"}
    assert lab.row().sources == ()


def test_a_part_that_is_not_there_says_that_nothing_was_copied(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.recreate()
    lab.recover()
    restore(lab, selection={"path": "projects/three"})
    outcome = lab.recover()
    assert (outcome.word, outcome.reason) == (Word.SKIPPED, "nothing to copy")
    assert (lab.row().status, lab.row().sources) == (Status.SKIPPED, ())


def test_a_part_that_failed_is_repeated_as_a_part(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    write_below(lab, old, "projects", code="print(1)")
    lab.recreate()
    restore(lab, selection={"path": "projects"})
    lab.close(lab.start(), failure={"Error": "CannotOpen", "Cause": "no way"})
    ask(lab, "retry")
    run = lab.start()
    lab.close(run, copy=lab.copy(lab.opening().open(run)))
    assert tree(lab, home_of(lab)) == {"projects/code": "print(1)"}
    assert lab.row().status is Status.PENDING


def test_another_owners_folder_comes_and_closes_nothing(lab: Lab) -> None:
    adas = moved_in(lab, ADA, BOB)
    write_below(lab, adas, "projects", code="print(1)")
    told = restore(lab, BOB, source=str(ADA), selection={"path": "projects"})
    assert (told["source"], told["left_out"], told["on_hold"]) == ("user/ada@lab", [], [])
    assert lab.recover(BOB).word is Word.SUCCEEDED
    assert tree(lab, home_of(lab, BOB)) == {"projects/code": "print(1)"}
    assert lab.row(BOB).sources == ()
    assert restore(lab, BOB, source=str(ADA))["status"] == "PENDING"


def test_the_files_of_an_owner_on_hold_are_restored_when_it_is_released(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    ask(lab, "hold")
    told = restore(lab, BOB, source=str(ADA))
    assert (told["status"], told["reason"], told["on_hold"]) == ("BLOCKED", "source held", ["user/ada@lab"])


def test_another_persons_home_has_to_be_named(lab: Lab) -> None:
    moved_in(lab, ADA, BOB)
    for owner in ("ada", "bob"):
        lab.create_space("drafts", owner, "Private")
        lab.deliver()
        if owner == "ada":
            lab.delete(Owner(Kind.SPACE, "drafts", "lab"))
            lab.deliver()
    drafts = Owner(Kind.SPACE, "drafts", "lab")
    (adas,) = lab.row(drafts).sources
    with pytest.raises(BadInput, match="belonged to another: approve it, or name it as home"):
        restore(lab, drafts)
    assert restore(lab, drafts, home=adas.home.key)["status"] == "PENDING"


def test_an_owner_that_is_gone_is_to_be_targeted(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.delete()
    lab.deliver()
    with pytest.raises(BadInput, match="owner user/ada@lab does not exist now: use target"):
        restore(lab)


def test_an_owner_whose_re_creation_no_event_told_of_is_looked_up(lab: Lab) -> None:
    moved_in(lab, ADA)
    lab.delete()
    lab.deliver()
    lab.create()
    assert restore(lab)["status"] == "PENDING"
    assert lab.recover().word is Word.SUCCEEDED


def test_the_history_tells_what_was_asked_for_and_by_whom(lab: Lab) -> None:
    old = moved_in(lab, ADA)
    lab.recreate()
    restore(lab, selection={"path": "notes.txt", "into": "restored"}, by="grace@ops")
    (line,) = [line for line in lab.ledger().lines_of(ADA) if line.what == "restore asked for"]
    told = {name: line.details[name] for name in ("by", "homes", "source", "selection")}
    assert told == {
        "by": "grace@ops",
        "homes": old.key,
        "source": "user/ada@lab",
        "selection": "only /notes.txt; into restored",
    }
