"""The report in a browser: it sorts, filters and draws, complains of nothing, and asks nobody for anything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from studio_recovery_cli.report.facts import Report
from studio_recovery_cli.report.page import page
from tests.browser.made_up import made_up, nothing
from tests.browser.pages import complaints, requests

CHARTS = ("outcomes", "volumes", "durations")
# Ten thousand owners must not make anybody wait; a loaded machine gets ten times what it takes.
AT_ONCE_MS = 1000
Shown = Callable[[Report], str]


@pytest.fixture
def shown(browser: Chrome, tmp_path: Path) -> Shown:
    """Shows a report; its address."""
    browser.get("about:blank")
    requests(browser)

    def show(report: Report) -> str:
        file = tmp_path / "report.html"
        file.write_text(page(report, get_plotlyjs()), "utf-8")
        browser.get(file.as_uri())
        return file.as_uri()

    return show


def within(browser: Chrome, selector: str) -> list[WebElement]:
    found: list[WebElement] = browser.find_elements(By.CSS_SELECTOR, selector)
    return found


def texts(browser: Chrome, selector: str) -> list[str]:
    return [one.text for one in within(browser, selector)]


def heading(browser: Chrome, title: str) -> WebElement:
    (found,) = [one for one in within(browser, "#owners thead button") if one.text == title]
    return found


def sorted_by(browser: Chrome) -> dict[str, str]:
    heads = within(browser, "#owners thead th")
    told = {head.text: head.get_attribute("aria-sort") or "" for head in heads}
    return {title: way for title, way in told.items() if way != "none"}


def status_of_list(browser: Chrome) -> str:
    return texts(browser, "#owners [role=status]")[0]


def test_the_page_complains_of_nothing_and_asks_nobody(browser: Chrome, shown: Shown) -> None:
    address = shown(made_up())
    assert (complaints(browser), requests(browser)) == ([], [address])
    assert browser.title == "studio-recovery in eu-west-1"


def test_the_charts_are_there(browser: Chrome, shown: Shown) -> None:
    shown(made_up())
    for chart in CHARTS:
        assert within(browser, f"#{chart} svg .points path"), chart
        (drawn,) = within(browser, f"#{chart}")
        assert drawn.is_displayed()
        assert drawn.get_attribute("aria-label"), chart


def test_a_deployment_without_any_recovery_shows_no_charts(browser: Chrome, shown: Shown) -> None:
    shown(nothing())
    assert not within(browser, ".charts")[0].is_displayed()
    assert within(browser, ".main-svg") == []
    assert complaints(browser) == []


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(browser: Chrome, shown: Shown) -> None:
    shown(made_up(40))
    heading(browser, "Owner").click()
    up = texts(browser, "#owners tbody th")
    assert (up, sorted_by(browser)) == (sorted(up), {"Owner": "ascending"})
    heading(browser, "Owner").click()
    assert (texts(browser, "#owners tbody th"), sorted_by(browser)) == (up[::-1], {"Owner": "descending"})


def test_the_largest_comes_first_and_what_nobody_knows_last(browser: Chrome, shown: Shown) -> None:
    report = made_up(30)
    shown(report)
    heading(browser, "Copied").click()
    known = [line for line in report.owners if line[6] is not None]
    largest = sorted(known, key=lambda line: -line[6])
    assert texts(browser, "#owners tbody th")[: len(known)] == [line[0] for line in largest]
    assert sorted_by(browser) == {"Copied": "descending"}


def test_the_keyboard_reaches_the_headings(browser: Chrome, shown: Shown) -> None:
    shown(made_up(40))
    (field,) = within(browser, "#owners input[type=search]")
    boxes = len(within(browser, "#owners fieldset input"))
    field.send_keys(Keys.TAB)
    for _ in range(boxes + 1):
        browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Owner"
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert sorted_by(browser) == {"Owner": "ascending"}


def test_words_and_statuses_filter_together(browser: Chrome, shown: Shown) -> None:
    shown(made_up())
    (field,) = within(browser, "#owners input[type=search]")
    field.send_keys("user LAB")
    assert all("user/" in name and "@lab" in name for name in texts(browser, "#owners tbody th"))
    for word in ("FAILED", "PARTIAL"):
        within(browser, f"#owners input[value={word}]")[0].click()
    named = ["ada", "emmy", "hedy", "joan", "katherine", "lise", "margaret"]
    assert sorted(texts(browser, "#owners tbody th")) == [f"user/{name}@lab" for name in named]
    assert status_of_list(browser) == "1 to 7 of 7 owners (of 130)"
    field.send_keys("nobody is called that")
    assert status_of_list(browser) == "No owners like that (of 130)"


def test_recoveries_are_a_list_of_their_own(browser: Chrome, shown: Shown) -> None:
    report = made_up()
    shown(report)
    within(browser, "#recoveries input[value=PARTIAL]")[0].click()
    wanted = [line[1] for line in report.recoveries if line[2] == "PARTIAL"]
    assert texts(browser, "#recoveries tbody th") == wanted


def test_ten_thousand_owners_are_turned_page_by_page_and_keep_nobody_waiting(browser: Chrome, shown: Shown) -> None:
    shown(made_up(10_000))
    assert status_of_list(browser) == "1 to 50 of 10,010 owners"
    _, on = within(browser, "#owners .pages button")
    on.click()
    assert status_of_list(browser) == "51 to 100 of 10,010 owners"
    took = browser.execute_script(
        """const before = performance.now(), field = document.querySelector("#owners input");
        for (const button of document.querySelectorAll("#owners th button")) button.click();
        field.value = "grace finance";
        field.dispatchEvent(new Event("input"));
        return performance.now() - before;"""
    )
    assert all("grace" in name for name in texts(browser, "#owners tbody th"))
    assert took < AT_ONCE_MS
    assert complaints(browser) == []


def test_in_the_dark_the_page_and_its_charts_are_dark(browser: Chrome, shown: Shown) -> None:
    colours = """const style = getComputedStyle(document.body);
        return [style.backgroundColor, getComputedStyle(document.querySelector("#outcomes .xtick text")).fill];"""
    seen = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        shown(made_up(20))
        seen.append(browser.execute_script(colours))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert seen == [["rgb(246, 247, 249)", "rgb(27, 32, 38)"], ["rgb(18, 22, 27)", "rgb(229, 233, 238)"]]


def test_a_narrow_window_scrolls_its_lists_and_not_the_page(browser: Chrome, shown: Shown) -> None:
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    shown(made_up())
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) == 0
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_paper_all_owners_are_listed_and_afterwards_what_was_there(browser: Chrome, shown: Shown) -> None:
    shown(made_up())
    before = texts(browser, "#owners tbody th")
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert len(within(browser, "#owners tbody th")) == 130
    assert within(browser, "details[open]")
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert texts(browser, "#owners tbody th") == before
    assert within(browser, "details[open]") == []
