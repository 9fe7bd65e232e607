"""Opens pages from files, and tells what they did: what they asked for, and what they complained of."""

import json
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome


def opened(browser: Chrome, page: Path) -> str:
    """Show the page of a file, and forget what other pages did; its address."""
    browser.get("about:blank")
    complaints(browser)
    requests(browser)
    browser.get(page.as_uri())
    return page.as_uri()


def complaints(browser: Chrome) -> list[str]:
    """What the console said since it was last asked: errors and warnings."""
    return [said["message"] for said in browser.get_log("browser") if said["level"] in ("SEVERE", "WARNING")]


def requests(browser: Chrome) -> list[str]:
    """The addresses that were asked for since it was last asked, the page's own among them, the browser's own not."""
    logged: list[dict[str, Any]] = [json.loads(line["message"])["message"] for line in browser.get_log("performance")]
    asked = [one["params"]["request"]["url"] for one in logged if one["method"] == "Network.requestWillBeSent"]
    return [address for address in asked if not address.startswith("chrome://")]
