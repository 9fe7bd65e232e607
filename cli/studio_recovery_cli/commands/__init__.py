"""The commands, one file each, in the order in which help shows them."""

from studio_recovery_cli.commands.approve import approve
from studio_recovery_cli.commands.cancel import cancel
from studio_recovery_cli.commands.context import context
from studio_recovery_cli.commands.doctor import doctor
from studio_recovery_cli.commands.drop import drop
from studio_recovery_cli.commands.export import export
from studio_recovery_cli.commands.failures import failures
from studio_recovery_cli.commands.grant import grant
from studio_recovery_cli.commands.hold import hold
from studio_recovery_cli.commands.import_ import import_
from studio_recovery_cli.commands.list_ import list_
from studio_recovery_cli.commands.operations import operations
from studio_recovery_cli.commands.orphans import orphans
from studio_recovery_cli.commands.plan import plan
from studio_recovery_cli.commands.reject import reject
from studio_recovery_cli.commands.release import release
from studio_recovery_cli.commands.report import report
from studio_recovery_cli.commands.restore import restore
from studio_recovery_cli.commands.retry import retry
from studio_recovery_cli.commands.seed import seed
from studio_recovery_cli.commands.show import show
from studio_recovery_cli.commands.status import status
from studio_recovery_cli.commands.target import target
from studio_recovery_cli.registry import Command

COMMANDS: tuple[Command, ...] = (
    status,
    list_,
    show,
    doctor,
    context,
    plan,
    restore,
    retry,
    cancel,
    operations,
    hold,
    release,
    target,
    approve,
    reject,
    drop,
    seed,
    failures,
    grant,
    orphans,
    report,
    export,
    import_,
)
