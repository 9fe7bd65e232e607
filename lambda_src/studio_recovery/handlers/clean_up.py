"""Clean-up before the module is destroyed: ends all recoveries, removes what they made, revokes what they opened."""

from collections.abc import Callable
from dataclasses import dataclass

from studio_recovery.aws.executions import Executions
from studio_recovery.aws.network import Network
from studio_recovery.errors import CopyStillRunning, LeftBehind
from studio_recovery.handlers.removal import Removal, systems_by_run

_LOOK_AGAIN_SECONDS = 5
_RESERVE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class CleanUp:
    """What cleaning up needs. `sleep` waits for so many seconds."""

    executions: Executions
    network: Network
    removal: Removal
    sleep: Callable[[float], None]

    def run(self, module: str, state_machine_arn: str, seconds_left: Callable[[], float]) -> dict[str, int]:
        """Leaves nothing of the module's runs; how many executions were stopped and rules revoked.

        Raises CopyStillRunning or LeftBehind, which say what is still there, if the time does not suffice.
        """
        running = list(self.executions.running(state_machine_arn))
        for execution in running:
            self.executions.stop(execution, f"{module} is being destroyed")
        self._remove_all(module, seconds_left)
        revoked = self.network.close_all_nfs(module)
        self._wait_for_interfaces(module, seconds_left)
        return {"executions_stopped": len(running), "rules_revoked": revoked}

    def _remove_all(self, module: str, seconds_left: Callable[[], float]) -> None:
        while True:
            try:
                runs = systems_by_run(self.removal.things(module)).items()
                left = [said for run_id, systems in runs for said in self.removal.remove(run_id, systems, module)]
            except CopyStillRunning:
                if seconds_left() < _RESERVE_SECONDS:
                    raise
            else:
                if not left:
                    return
                if seconds_left() < _RESERVE_SECONDS:
                    raise LeftBehind(f"could not be removed: {', '.join(left)}; destroy again")
            self.sleep(_LOOK_AGAIN_SECONDS)

    def _wait_for_interfaces(self, module: str, seconds_left: Callable[[], float]) -> None:
        """DataSync detaches its interfaces about five minutes after a task is gone; until then its groups cannot go."""
        while left := self.network.interfaces_of(module):
            if seconds_left() < _RESERVE_SECONDS:
                raise LeftBehind(
                    f"{left} network interfaces of DataSync are still there; destroy again in a few minutes"
                )
            self.sleep(_LOOK_AGAIN_SECONDS)
