"""Knows what a role may do although it could be abused, and why nothing narrower can be said."""

WRITERS = ("event-handler", "seed", "admin", "open-homes", "close-homes")
REMOVERS = ("seed", "admin", "open-homes", "close-homes")
MAY = {
    "make one there with the module's tag": (
        ("open-homes",),
        "It is its work; EFS has no condition on an access point's directory. "
        "What it makes, a later run or the seed removes.",
    ),
    "write a row of the ledger": (
        WRITERS,
        "It is their work; DynamoDB's condition on keys would have to name every owner. "
        "The stream shows each write, and backups go back to any second.",
    ),
    "switch a hold": (
        WRITERS,
        "Who may write a row writes all of it, the hold too. The stream shows each write.",
    ),
    "give a row another version": (WRITERS, "The same; who has read the row before it then writes nothing."),
    "take a place in the line of recoveries": (
        ("seed", "open-homes", "close-homes", "gate"),
        "It is their work; at worst others wait for longer, or more run than `max_concurrent`. "
        "The quota is DataSync's own.",
    ),
    "write a line of the history": (WRITERS, "It is their work, with the row and in one transaction."),
    "start a recovery between two homes of its choice": (
        ("stream-trigger",),
        "It is its work; Step Functions has no condition on an input. "
        "Open homes asks the ledger again; a run by hand has no row to ask.",
    ),
    "make one with the module's tag and no access point": (
        ("open-homes",),
        "DataSync has no condition on access points. Where the file system has a policy, EFS refuses its mount, "
        "as a test shows; elsewhere the function's code alone makes none.",
    ),
    "make a task that overwrites files": (
        ("open-homes",),
        "It is its work, where `copy.overwrite` says so; DataSync has no condition on options.",
    ),
    "start a copy of the module's that overwrites files": (
        ("recovery",),
        "It is its work to start copies; DataSync has no condition on options. The machine's definition passes none.",
    ),
    "cancel somebody else's copy": (
        REMOVERS,
        "It is their work; why no tag narrows it stands under [what is not narrowed](#what-is-not-narrowed).",
    ),
    "delete somebody else's network interface in Studio's VPC": (
        REMOVERS,
        "DataSync removes a task's interfaces with the rights of whoever deletes it; no page tells a tag of theirs. "
        "EC2 deletes none that is in use.",
    ),
    "open another port than NFS on a group of Studio's": (
        ("open-homes", "operator"),
        "EC2 has a condition on the group's tag, none on port or source; "
        "the function's code keeps to 2049 and its own group.",
    ),
    "call the admin function": (
        ("operator",),
        "An operator asks for what is needed through it: every request stands in the history.",
    ),
    "call the seed": (("schedule", "operator"), "It is the schedule's only work; a pass more changes nothing."),
    "call the function that opens homes": (
        ("recovery",),
        "It is its work: it calls this one and the one that closes homes.",
    ),
    "read what failed": (("reader", "operator"), "The command line shows it; a message holds names and ids."),
    "tell people something": (("notices",), "It is its work."),
}
