"""Knows homes: where one lies, and whom it belongs to."""

import re
from dataclasses import dataclass, field

from studio_recovery.errors import BadHome
from studio_recovery.names import quoted

_FILE_SYSTEM = re.compile(r"fs-[0-9a-z]{1,40}")
_UID = re.compile(r"[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class Home:
    """A directory `/<uid>` on an EFS file system. Raises BadHome for anything that is not one home of one uid."""

    file_system_id: str
    uid: str
    domain_id: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not _FILE_SYSTEM.fullmatch(self.file_system_id):
            raise BadHome(f"efs_sys_id {quoted(self.file_system_id)} is not the id of a file system (fs-...)")
        if not _UID.fullmatch(self.uid):
            raise BadHome(f"efs_uid {quoted(self.uid)} is not a home's uid (digits, not 0)")

    @property
    def key(self) -> str:
        """`fs-id/uid`, as the ledger spells it."""
        return f"{self.file_system_id}/{self.uid}"


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whom a home belongs to, as far as SageMaker tells: an Identity Center user, or a space's owner and sharing."""

    sso_user: str = ""
    space_owner: str = ""
    sharing: str = ""

    def or_as(self, earlier: "Belonging") -> "Belonging":
        """This, with what is not known taken from `earlier`."""
        return Belonging(*(getattr(self, name) or getattr(earlier, name) for name in Belonging.__slots__))

    def may_pass_to(self, other: "Belonging") -> bool:
        """False if files would reach another known person, another owner's space, or leave a private space."""
        if self.sso_user and other.sso_user and self.sso_user != other.sso_user:
            return False
        if self.space_owner and other.space_owner and self.space_owner.casefold() != other.space_owner.casefold():
            return False
        return not (self.sharing == "Private" and other.sharing == "Shared")


UNTOLD = Belonging()
