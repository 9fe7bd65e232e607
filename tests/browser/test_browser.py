"""The browser shows a page from a file, runs its script, and tells what went wrong in it."""

from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser.pages import complaints, opened, requests

PAGE = """<!doctype html><meta charset="utf-8"><title>lab</title>
<button onclick="this.textContent = 'ada'">who?</button>"""
FETCHING = PAGE + '<img src="missing.png" alt="">'
BROKEN = PAGE + "<script>missing()</script>"


def page(folder: Path, text: str) -> Path:
    """A file that holds a page of this text."""
    file = folder / "page.html"
    file.write_text(text, "utf-8")
    return file


def test_a_page_is_shown_and_its_script_runs(browser: Chrome, tmp_path: Path) -> None:
    address = opened(browser, page(tmp_path, PAGE))
    button = browser.find_element(By.TAG_NAME, "button")
    button.click()
    assert (browser.title, button.text) == ("lab", "ada")
    assert complaints(browser) == []
    assert requests(browser) == [address]


def test_what_a_page_fetches_is_told(browser: Chrome, tmp_path: Path) -> None:
    address = opened(browser, page(tmp_path, FETCHING))
    assert requests(browser) == [address, (tmp_path / "missing.png").as_uri()]


def test_an_error_in_a_script_is_told(browser: Chrome, tmp_path: Path) -> None:
    opened(browser, page(tmp_path, BROKEN))
    (said,) = complaints(browser)
    assert "missing is not defined" in said
