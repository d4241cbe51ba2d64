"""
A real browser for the tests of pages: Chromium, driven by Selenium.

Knows nothing of limbeck.  Where there is no browser, its tests are skipped and the reason says that they did not run; `make test`
installs one before, where it may.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver.chrome.webdriver import WebDriver

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
DRIVER = shutil.which("chromedriver")

needs_browser = pytest.mark.skipif(
    BROWSER is None or DRIVER is None,
    reason="chromium and chromedriver are not installed: the page is NOT tested in a browser",
)


@contextmanager
def browser(profile: Path) -> Iterator[WebDriver]:
    """A browser that can reach no host, with a new `profile`; it is closed at the end."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",  # it refuses to start for root with one, and the pages are ours
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1400,900",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        driver.set_page_load_timeout(120)
        yield driver
    finally:
        driver.quit()


def scheme(driver: WebDriver, name: str) -> None:
    """Let pages believe that the user likes `light` or `dark`."""
    features = [{"name": "prefers-color-scheme", "value": name}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


CONTRAST = """
const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
const luminance = (colour) => numbers(colour).slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
const [one, other] = [...arguments].map(luminance).sort((a, b) => b - a);
return (one + 0.05) / (other + 0.05);
"""


def contrast(driver: WebDriver, one: str, other: str) -> float:
    """How well two colours, as the browser says them, can be told apart: the contrast ratio of WCAG."""
    found: Any = driver.execute_script(CONTRAST, one, other)
    return float(found)
