"""Knows everything that can go wrong, by name: Step Functions matches these class names in `ErrorEquals`.

StudioRecoveryError
├── BadInput              the event or input cannot be read; it names the field
│   └── BadHome           a file system id or uid that is not one home of one uid
├── NotReady              SageMaker has not finished making or deleting an owner
├── LedgerConflict        somebody else wrote the row first
├── DeletionProtected     destroy was asked for while the tables are protected
├── Wait                  not now: the same call succeeds later, nothing is wrong
│   ├── NoRoom            no place for another task: it waits in line and is called
│   ├── AccountFull       DataSync refuses another task, or there are no addresses for it
│   ├── TargetBusy        another copy runs into the same home
│   ├── AwsBusy           AWS throttles or is unavailable
│   ├── NoApp             the owner has no app in service, and the copy is to wait for one
│   └── CopyStillRunning  a copy was cancelled and has not ended
├── Superseded            the row asks for something else by now
├── Cancelled             an admin cancelled the recovery
├── Held                  replication is switched off for the owner
├── SourceHeld            replication is switched off for the owner of the source
├── OtherOwner            the files belonged to somebody else
├── SourceGone            the old home's file system no longer exists
├── CannotOpen            the homes cannot be mounted; it says what to do
├── AwsRefused            AWS refused a call; it names the call and AWS's code
├── UnknownOwners         a domain has owners that Terraform did not make, so it is not destroyed
├── DomainNotEmpty        a domain's apps or owners are not gone within the time
└── LeftBehind            something that the run made could not be removed
"""


class StudioRecoveryError(Exception):
    """Anything that this package raises on purpose."""


class BadInput(StudioRecoveryError):
    """The event or input cannot be read; the message names the field."""


class BadHome(BadInput):
    """A file system id or uid that is not one home of one uid."""


class NotReady(StudioRecoveryError):
    """SageMaker has not finished making or deleting an owner."""


class LedgerConflict(StudioRecoveryError):
    """Somebody else wrote the row first: read it again and decide anew."""


class DeletionProtected(StudioRecoveryError):
    """Destroy was asked for while the tables are protected."""


class Wait(StudioRecoveryError):
    """Not now: the same call succeeds later, nothing is wrong."""


class NoRoom(Wait):
    """There is no place for another DataSync task, or others have waited longer for it."""


class AccountFull(Wait):
    """DataSync refuses another task in this account, or there are no addresses for it."""


class TargetBusy(Wait):
    """Another copy runs into the same home."""


class AwsBusy(Wait):
    """AWS throttles or is unavailable."""


class NoApp(Wait):
    """The owner has no app in service, and the copy is to wait for one."""


class CopyStillRunning(Wait):
    """A copy was cancelled and has not ended."""


class Superseded(StudioRecoveryError):
    """The row asks for something else by now."""


class Cancelled(StudioRecoveryError):
    """An admin cancelled the recovery before its copy began."""


class Held(StudioRecoveryError):
    """Replication is switched off for the owner."""


class SourceHeld(StudioRecoveryError):
    """Replication is switched off for the owner of the source."""


class OtherOwner(StudioRecoveryError):
    """The files belonged to somebody else."""


class SourceGone(StudioRecoveryError):
    """The old home's file system no longer exists."""


class CannotOpen(StudioRecoveryError):
    """The homes cannot be mounted; the message says what to do."""


class AwsRefused(StudioRecoveryError):
    """AWS refused a call; the message names the call and AWS's code."""


class UnknownOwners(StudioRecoveryError):
    """A domain has owners that Terraform did not make, so it is not destroyed."""


class DomainNotEmpty(StudioRecoveryError):
    """A domain's apps or owners are not gone within the time."""


class LeftBehind(StudioRecoveryError):
    """Something that the run made could not be removed."""
