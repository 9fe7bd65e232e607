"""Knows how an error is told to whoever typed the command: what went wrong, what to do, and the exit status."""

import re
import sys
import traceback
from collections.abc import Callable

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOError,
    SSOTokenLoadError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NotConnected
from typer.exceptions import Abort, TyperException

from studio_recovery.errors import StudioRecoveryError
from studio_recovery_cli.exits import USAGE, Trouble

_DENIED = ("AccessDenied", "Unauthorized", "AuthorizationError", "NotAuthorized")
_BAD_CREDENTIALS = (
    "ExpiredToken",
    "InvalidClientTokenId",
    "UnrecognizedClient",
    "SignatureDoesNotMatch",
    "InvalidSignature",
    "RequestExpired",
    "AuthFailure",
    "IncompleteSignature",
)
_BUSY = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown", "ServiceUnavailable", "Internal")
_ACTION = re.compile(r"perform: ([A-Za-z0-9-]+:[A-Za-z0-9]+)(?: on resource: (\S+))?")
_SIGN_IN = "Sign in again (aws sso login, or new access keys), or choose other credentials with --profile."


def tell(error: Exception, debug: bool) -> int:
    """Writes the error to standard error, with its traceback if `debug`; the exit status."""
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    trouble = explained(error)
    if str(trouble):
        print(f"error: {trouble}", file=sys.stderr)
    if trouble.remedy:
        print(trouble.remedy, file=sys.stderr)
    return trouble.status


def explained(error: Exception) -> Trouble:
    """The error in words for people."""
    match error:
        case Trouble():
            return error
        case Abort():
            return Trouble("", "Nothing was changed.")
        case TyperException():
            return _usage(error)
        case StudioRecoveryError():
            return Trouble(str(error))
        case ClientError():
            return _refused(error)
        case BotoCoreError():
            return _not_reached(error)
        case OSError():
            return _not_written(error)
    return Trouble(
        f"{type(error).__name__}: {error}",
        "That is a mistake in studio-recovery itself. With --debug it shows where; please report it.",
    )


def may_pass(error: Exception) -> bool:
    """True if AWS was busy or did not answer: the same call may get through a little later."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "")).startswith(_BUSY)
    return isinstance(error, HTTPClientError | NotConnected)


def _not_written(error: OSError) -> Trouble:
    """A file, or standard output, that cannot be read or written."""
    what = error.filename if isinstance(error.filename, str) else "the answer"
    return Trouble(f"{what} cannot be read or written: {error.strerror or error}", "Is the disk full, or read-only?")


def _usage(error: TyperException) -> Trouble:
    """A mistake in the command line; what is shown beside it was shown by the library itself."""
    said: Callable[[], str] | None = getattr(error, "format_message", None)
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError" or said is None:
        return Trouble("", status=USAGE)
    words = " ".join(said().split()).rstrip(".").replace("Value error, ", "")
    return Trouble(words, f"See: {context.command_path} --help" if context else "", USAGE)


def _refused(error: ClientError) -> Trouble:
    """A call that AWS refused, with AWS's own code."""
    said = error.response.get("Error", {})
    code, message = said.get("Code", "Unknown"), " ".join(said.get("Message", "").split())
    call = error.operation_name
    if any(word in code for word in _DENIED) or "not authorized to perform" in message:
        found = _ACTION.search(message)
        action = f"{found[1]}{f' on {found[2]}' if found[2] else ''}" if found else f"the call {call}"
        return Trouble(
            f"access denied ({code}): your credentials lack {action}",
            "Attach the module's output read_only_policy_json or operator_policy_json to your role"
            " (docs/cli.md lists what each command needs).",
        )
    if any(word in code for word in _BAD_CREDENTIALS):
        return Trouble(f"AWS does not accept your credentials ({code}): {message}", _SIGN_IN)
    if code.startswith(_BUSY):
        return Trouble(f"AWS is busy: {call} was refused ({code})", "Try again in a minute.")
    return Trouble(f"AWS refused {call} ({code}): {message}")


def _not_reached(error: BotoCoreError) -> Trouble:
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return Trouble(
                f"no AWS credentials were found ({error})".replace("Unable to locate credentials", "none configured"),
                "Sign in (aws sso login, aws configure), or choose a profile with --profile.",
            )
        case SSOError() | SSOTokenLoadError() | TokenRetrievalError():
            return Trouble(f"your AWS session is over: {error}", _SIGN_IN)
        case ProfileNotFound():
            return Trouble(f"{error}".rstrip("."), "See: aws configure list-profiles")
        case NoRegionError():
            return Trouble(
                "no AWS Region was named",
                "Name one with --region, AWS_REGION, or once for all: studio-recovery context --region ...",
            )
        case EndpointConnectionError() | ConnectTimeoutError() | ReadTimeoutError() | ConnectionClosedError():
            return Trouble(
                f"AWS does not answer: {error}".rstrip("."),
                "Is the Region spelled right, and is there a network (a VPN, a proxy)?",
            )
    return Trouble(f"{type(error).__name__}: {error}".rstrip("."))
