"""Knows the exit statuses, and the error that ends a command in words."""

DONE, ERROR, USAGE, PARTIAL = 0, 1, 2, 3
INTERRUPTED = 130
IN_WORDS = "Exit status: 0 done, 1 error, 2 usage, 3 partial, 130 Ctrl-C."


class Trouble(Exception):
    """What went wrong, in a sentence; `remedy` says what to do. The command ends with `status`."""

    def __init__(self, wrong: str, remedy: str = "", status: int = ERROR) -> None:
        super().__init__(wrong)
        self.remedy = remedy
        self.status = status


class Usage(Trouble):
    """The words typed do not fit together; the command ends with status 2."""

    def __init__(self, wrong: str, remedy: str = "") -> None:
        super().__init__(wrong, remedy, USAGE)
