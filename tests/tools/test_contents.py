"""Whoever reviews the archive reads which packages are in it, in which version and under which licence."""

import pytest

from tools.contents import PAGE, licence, page
from tools.package import ARCHIVE, LOCK, PackagingError, read, requirements


def test_the_page_lists_every_package_of_the_lock() -> None:
    assert PAGE.read_text() == page(requirements(LOCK))


def test_the_archive_holds_the_licence_of_each_package() -> None:
    licences = {info.filename for info, _ in read(ARCHIVE) if "LICENSE" in info.filename}
    assert len(licences) >= len(requirements(LOCK))


def test_a_package_that_is_another_version_is_not_listed() -> None:
    with pytest.raises(PackagingError, match="locked as 0"):
        page([("jmespath", "0")])


def test_a_licence_is_told_as_the_package_tells_it() -> None:
    assert licence("jmespath") == "MIT"
