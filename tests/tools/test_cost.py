"""The page on cost is what the command gives."""

from studio_recovery_cli.planning.price_table import PriceTable, price_table
from tools.cost import MARKED, PAGE, TABLES, filled

PAGES = "# Cost\n<!-- cost: modes -->\nold\n<!-- end -->\nafter\n"


def test_the_page_asks_for_every_table_and_holds_it_as_the_code_says() -> None:
    text = PAGE.read_text("utf-8")
    assert {found[1] for found in MARKED.findall(text)} == TABLES.keys()
    assert filled(text, price_table()) == text


def test_a_table_is_written_anew_where_the_page_asks_for_it() -> None:
    prices = {"gb_basic": 0.01, "gb_enhanced": 0.02, "enhanced_execution": 0.5}
    written = filled(PAGES, PriceTable("2026-11-30", "us-east-1", {"datasync": prices}))
    assert written.startswith("# Cost\n<!-- cost: modes -->\n| GB | BASIC | ENHANCED | ratio |\n|---|---:|---:|---:|\n")
    assert "| 5 | 0.050 | 0.600 | 12.0 |" in written
    assert written.endswith("<!-- end -->\nafter\n")
