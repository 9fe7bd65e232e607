"""`terraform init` without a registry finds the providers that a machine already has."""

from pathlib import Path

import pytest

from tools.terraform_init import HOST, environment, mirrors, terraform_platform

VERSION = "5.100.0"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TF_PLUGIN_MIRROR", str(tmp_path))
    return tmp_path


def provider(folder: Path) -> Path:
    return folder / HOST / "hashicorp" / "aws"


def test_an_unpacked_provider_is_found(place: Path) -> None:
    (provider(place / "some" / "where") / VERSION / terraform_platform()).mkdir(parents=True)
    assert list(mirrors()) == [place / "some" / "where"]


def test_a_packed_provider_is_found(place: Path) -> None:
    provider(place).mkdir(parents=True)
    (provider(place) / f"terraform-provider-aws_{VERSION}_{terraform_platform()}.zip").touch()
    assert list(mirrors()) == [place]


def test_a_provider_for_another_platform_is_passed_over(place: Path) -> None:
    (provider(place) / VERSION / "plan9_mips").mkdir(parents=True)
    assert list(mirrors()) == []


def test_a_configuration_file_that_is_not_there_is_not_named(tmp_path: Path) -> None:
    assert "TF_CLI_CONFIG_FILE" not in environment({"TF_CLI_CONFIG_FILE": str(tmp_path / "absent")})
    assert environment({"TF_CLI_CONFIG_FILE": str(tmp_path)})["TF_CLI_CONFIG_FILE"] == str(tmp_path)
