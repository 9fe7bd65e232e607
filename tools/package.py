"""Builds dist/lambda.zip from the package and the locked runtime dependencies: the same sources give the same members.

    python -m tools.package           build it (an equal one is left untouched), and write its SHA-256 down
    python -m tools.package --check   build it in memory and compare it, member by member, with the committed one

The dependencies come out of the environment this runs in, where pip has checked their wheels against the lock's
hashes; each file is checked again against its wheel's RECORD. Compressed bytes depend on the zlib of the machine,
so archives are compared by members: name, mode, date and content.
"""

import argparse
import base64
import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackagePath, distribution
from pathlib import Path, PurePath

from tools.pages import ROOT

SOURCES = ROOT / "lambda_src"
ARCHIVE = ROOT / "dist" / "lambda.zip"
# The command line compares it with what Lambda says of a deployed function's code.
DIGEST = ROOT / "cli" / "studio_recovery_cli" / "lambda.sha256"
LOCK = ROOT / "requirements" / "lambda.txt"
WHOLE_LOCK = ROOT / "requirements" / "dev.txt"
DATE = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644
SIZE_LIMIT = 1_500_000


class PackagingError(Exception):
    """The archive cannot be built, or is not what its sources give."""


def main() -> int:
    """Build or check, by the command line; 0 when done, 1 when the committed archive differs or cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m tools.package", description="Build dist/lambda.zip.")
    parser.add_argument("--check", action="store_true", help="compare the committed archive with its sources")
    wanted = parser.parse_args()
    try:
        fresh = members()
        differences = compare(fresh, read(ARCHIVE))
        if differences and not wanted.check:
            ARCHIVE.parent.mkdir(exist_ok=True)
            ARCHIVE.write_bytes(archive(fresh))
        if not wanted.check:
            DIGEST.write_text(f"{digest(ARCHIVE)}\n", "ascii")
        elif not differences and not (DIGEST.exists() and DIGEST.read_text("ascii").strip() == digest(ARCHIVE)):
            differences = [f"{DIGEST.relative_to(ROOT)}: not the archive's SHA-256"]
    except PackagingError as error:
        print(error, file=sys.stderr)
        return 1
    if differences and wanted.check:
        print(
            "dist/lambda.zip is not what its sources give; run `make package`.",
            *differences,
            sep="\n  ",
            file=sys.stderr,
        )
        return 1
    print(f"dist/lambda.zip: {len(fresh)} members, {ARCHIVE.stat().st_size:,} bytes, equal to its sources")
    return 0


def digest(file: Path) -> str:
    """The SHA-256 of a file, as Lambda writes it: in base64."""
    return base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode("ascii")


def members() -> dict[str, bytes]:
    """Every member of the archive by its name, in order: our package and what it needs."""
    ours = {path.relative_to(SOURCES).as_posix(): path.read_bytes() for path in sorted(SOURCES.rglob("*.py"))}
    if not ours:
        raise PackagingError("lambda_src holds no Python file.")
    theirs = {name: content for locked in requirements(LOCK) for name, content in files_of(locked)}
    return dict(sorted((ours | theirs).items()))


def requirements(lock: Path) -> list[tuple[str, str]]:
    """Name and version of each package in a hash lock; each must stand in the whole lock with the same hashes."""
    blocks = re.findall(r"^([\w.-]+)==([\w.]+)((?:.*\\\n)?(?:\s+--hash=.*\n)+)", lock.read_text(), re.MULTILINE)
    whole = WHOLE_LOCK.read_text()
    for name, version, hashes in blocks:
        if f"{name}=={version}{hashes}" not in whole:
            raise PackagingError(f"{name} {version}: {lock.name} and {WHOLE_LOCK.name} differ; run `make lock`.")
    return [(name, version) for name, version, _ in blocks]


def files_of(locked: tuple[str, str]) -> Iterator[tuple[str, bytes]]:
    """The files of an installed package that belong in the archive: its code and its licences."""
    name, version = locked
    installed = distribution(name)
    if installed.version != version:
        raise PackagingError(f"{name} is installed as {installed.version}, locked as {version}; remove .venv.")
    if "Tag: py3-none-any" not in (installed.read_text("WHEEL") or ""):
        raise PackagingError(f"{name} is not pure Python: it would only run on one kind of machine.")
    for file in installed.files or []:
        if is_wanted(file):
            yield file.as_posix(), verified(file)


def is_wanted(path: PurePath) -> bool:
    """Code, type marker or licence. Left out: metadata, and what else a package brings."""
    if path.parts[0].endswith(".dist-info"):
        return path.name.startswith(("LICENSE", "NOTICE"))
    return ".." not in path.parts and (path.suffix == ".py" or path.name == "py.typed")


def verified(file: PackagePath) -> bytes:
    """The content of an installed file, which must be what its wheel recorded."""
    content = file.read_binary()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    if file.hash is None or file.hash.value != digest:
        raise PackagingError(f"{file} was changed after it was installed; remove .venv.")
    return content


def archive(contents: dict[str, bytes]) -> bytes:
    """A zip archive of the members, with one date and one mode."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, content in contents.items():
            target.writestr(entry(name), content, zipfile.ZIP_DEFLATED, 9)
    if buffer.tell() > SIZE_LIMIT:
        raise PackagingError(f"The archive has {buffer.tell():,} bytes, more than {SIZE_LIMIT:,}.")
    return buffer.getvalue()


def entry(name: str) -> zipfile.ZipInfo:
    """How a member is described: nothing of the machine, the user or the hour."""
    info = zipfile.ZipInfo(name, DATE)
    info.create_system = 3
    info.external_attr = MODE << 16
    return info


def read(path: Path) -> list[tuple[zipfile.ZipInfo, bytes]]:
    """The members of an archive in its own order; none when there is no archive."""
    if not path.exists():
        return []
    with zipfile.ZipFile(path) as source:
        return [(info, source.read(info)) for info in source.infolist()]


def compare(fresh: dict[str, bytes], committed: list[tuple[zipfile.ZipInfo, bytes]]) -> list[str]:
    """One line for each way in which the committed archive differs from what its sources give."""
    there = {info.filename: content for info, content in committed}
    lines = [f"{name}: missing" for name in fresh if name not in there]
    lines += [f"{name}: not in the sources" for name in there if name not in fresh]
    lines += [f"{name}: other content" for name in fresh if name in there and fresh[name] != there[name]]
    for info, _ in committed:
        wanted = entry(info.filename)
        if (info.date_time, info.external_attr, info.create_system) != (DATE, wanted.external_attr, 3):
            lines.append(f"{info.filename}: other mode, date or system")
    if not lines and [info.filename for info, _ in committed] != list(fresh):
        lines.append("the members stand in another order")
    return lines


if __name__ == "__main__":
    sys.exit(main())
