"""Task tokens of Step Functions, in the place of its client: who waits at one, and who was woken."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError


@dataclass
class Tokens:
    """Every token waits but those in `dead`; `refuses`: the error of every call, which nobody hears."""

    woken: list[str] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    refuses: str = ""

    def send_task_success(self, taskToken: str, output: str) -> dict[str, Any]:  # noqa: N803 (AWS's)
        """An answer to a waiting execution."""
        if self.refuses or taskToken in self.dead | set(self.woken):
            code = self.refuses or "TaskTimedOut"
            raise ClientError({"Error": {"Code": code, "Message": output}}, "SendTaskSuccess")
        self.woken.append(taskToken)
        return {}
