"""People with a terminal, each in a role with exactly the rights that the module's outputs hold."""

from typing import Any

import pytest

from demo.cloud import Cloud
from tests.cli.shell import Shell, shell_of
from tests.e2e.conftest import lab_of, no_recovery_begins
from tests.refusals import NOBODY

__all__ = ["lab_of", "no_recovery_begins"]


@pytest.fixture(scope="session")
def reader(cloud: Cloud, outputs: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Who may look at everything."""
    return shell_of(cloud, "people-reader", outputs["read_only_policy_json"], tmp_path_factory.mktemp("reader"))


@pytest.fixture(scope="session")
def operator(cloud: Cloud, outputs: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Who may ask for everything, too."""
    return shell_of(cloud, "people-operator", outputs["operator_policy_json"], tmp_path_factory.mktemp("operator"))


@pytest.fixture(scope="session")
def nobody(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Who has a role without any right."""
    return shell_of(cloud, NOBODY, None, tmp_path_factory.mktemp("nobody"))
