"""What end-to-end tests look at."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from demo.cloud import Cloud
from demo.screen import Screen
from demo.studio import Network, Studio, wait_for
from tests.e2e.lab import Lab


@pytest.fixture
def paper() -> io.StringIO:
    """What the screen shows."""
    return io.StringIO()


@pytest.fixture
def screen(paper: io.StringIO) -> Screen:
    return Screen(Console(file=paper))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "module"


@pytest.fixture
def lab_of(cloud: Cloud, network: Network, outputs: dict[str, Any]) -> Callable[..., Lab]:
    """Makes a domain of this name, in the first VPC unless another one is named."""

    def made(domain: str, where: Network = network) -> Lab:
        return Lab(cloud, outputs, Studio(cloud, domain, where))

    return made


@pytest.fixture
def no_recovery_begins(cloud: Cloud, outputs: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """Hold the stream back; what it yields lets it go again."""
    functions = cloud.client("lambda")
    named = outputs["function_names"]["stream_trigger"]
    (mapping,) = functions.list_event_source_mappings(FunctionName=named)["EventSourceMappings"]

    def switch(on: bool) -> None:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)
        state = "Enabled" if on else "Disabled"
        wait_for(state, lambda: functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == state)

    switch(False)
    yield lambda: switch(True)
    switch(True)
