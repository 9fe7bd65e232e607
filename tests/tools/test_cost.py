"""What a copy costs is told by the price list."""

from studio_recovery_cli.planning.price_table import PriceTable
from tools.cost import modes


def test_both_modes_are_told_beside_each_other() -> None:
    prices = {"gb_basic": 0.01, "gb_enhanced": 0.02, "enhanced_execution": 0.5}
    told = modes(PriceTable("2026-11-30", "us-east-1", {"datasync": prices}))
    assert told.startswith("| GB | BASIC | ENHANCED | ratio |\n|---|---:|---:|---:|\n")
    assert "| 5 | 0.050 | 0.600 | 12.0 |\n" in told
