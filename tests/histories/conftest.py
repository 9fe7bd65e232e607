"""A file of this folder runs its histories once: so many, and from the seed, that it names."""

import pytest

from tests.histories.run import run
from tests.histories.tally import TALLY, Tally


@pytest.fixture(scope="module")
def tried(request: pytest.FixtureRequest) -> tuple[str, Tally]:
    """What broke a law, in words, and how much was tried."""
    found = run(request.module.HISTORIES, request.module.SEED)
    return found.text if found else "", TALLY
