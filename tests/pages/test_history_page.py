"""The page of `limbeck history --graph --format html`, as somebody sees it who opens the file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.browser import browser, contrast, needs_browser, scheme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver.chrome.webdriver import WebDriver

pytestmark = needs_browser

HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\"> & \\N"
READABLE = 4.5  # the contrast that WCAG asks for (AA)

FILES = {
    "a1": ("None", HOSTILE, 'op.create_table("customer", sa.Column("id", sa.Integer, primary_key=True))'),
    "b1": ("'a1'", "a note", 'op.add_column("customer", sa.Column("note", sa.String(50)))'),
    "c1": ("'b1'", "who it is", "op.get_bind().execute(sa.text('SELECT 1')).scalar()"),
    "b2": ("'a1'", "a phone", "op.execute(\"UPDATE customer SET id = 1 WHERE 'a' < '</script>'\")"),
}  # fmt: skip
FILE = """\
{doc!r}
import sqlalchemy as sa
from limbeck import op

revision = "{id}"
down_revision = {parent}


def upgrade() -> None:
    {body}
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a history with two heads, one applied to staging, none of it to production."""
    folder = tmp_path_factory.mktemp("shop")

    def call(*words: str) -> str:
        done = subprocess.run(words, cwd=folder, check=True, capture_output=True, encoding="utf-8")
        return done.stdout

    def limbeck(*words: str) -> str:
        return call(sys.executable, "-m", "limbeck", *words)

    (folder / "limbeck.toml").write_text(
        '[databases.staging]\nurl = "sqlite:///staging.db"\n'
        '[databases.production]\nurl = "sqlite:///production.db?secret=hunter2"\n'
        '[databases.away]\nurl = "postgresql+psycopg://ada:hunter3@127.0.0.1:1/away"\n',
        encoding="utf-8",
    )
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    for id, (parent, doc, body) in FILES.items():
        text = FILE.format(id=id, parent=parent, doc=doc, body=body)
        (versions / f"{id}.py").write_text(text, encoding="utf-8")
    call("git", "init", "-q")
    call("git", "add", ".")
    call("git", "-c", "user.name=Ada & Co", "-c", "user.email=a@b", "commit", "-q", "-m", "first")
    limbeck("-q", "-n", "staging", "upgrade", "b1")
    found = folder / "history.html"
    found.write_text(limbeck("history", "--graph", "--format", "html"), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def opened(driver: WebDriver, page: Path) -> WebDriver:
    """The browser with the page as it is when it is opened."""
    driver.get("about:blank")
    driver.get(page.as_uri())
    return driver


def click(driver: WebDriver, id: str) -> str:
    """Click the revision `id` in the drawing; the text beside it then."""
    from selenium.webdriver.common.by import By

    for spot in driver.find_elements(By.CSS_SELECTOR, "svg .revision"):
        if spot.find_element(By.TAG_NAME, "title").get_attribute("textContent") == id:
            spot.find_element(By.TAG_NAME, "text").click()
            return text(driver, "#details")
    raise AssertionError(f"{id} is not drawn")


def text(driver: WebDriver, selector: str) -> str:
    from selenium.webdriver.common.by import By

    return driver.find_element(By.CSS_SELECTOR, selector).text


def test_a_click_shows_what_a_revision_does_and_who_had_to_do_with_it(opened: WebDriver) -> None:
    told = click(opened, "b1")
    assert "a note" in told
    assert "add column customer.note" in told
    assert "ALTER TABLE customer ADD COLUMN note VARCHAR(50);" in told
    assert "Ada & Co, 2" in told
    assert ": first" in told
    assert "staging: up done, 2" in told
    assert "Here stands: staging" in told
    assert "Pending in: production" in told
    assert opened.current_url.endswith("#b1")


def test_a_revision_that_asks_the_database_says_so(opened: WebDriver) -> None:
    assert "not known without a database" in click(opened, "c1")
    assert "No journal that was read has it." in text(opened, "#details")


def test_databases_and_heads_are_told(opened: WebDriver) -> None:
    databases = text(opened, "#databases")
    assert "staging: at b1, 2 pending" in databases
    assert "production: at base, 4 pending" in databases
    assert "away: not known:" in databases
    assert "c1 and b2: unknown" in text(opened, "#verdicts")


def test_no_password_is_in_it(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    assert "hunter3" not in content
    assert "hunter2" not in content


def test_what_a_revision_says_is_never_run(opened: WebDriver) -> None:
    told = click(opened, "a1")
    assert HOSTILE in told
    assert "UPDATE customer SET id = 1 WHERE 'a' < '</script>'" in click(opened, "b2")
    assert opened.title == "History of " + opened.execute_script(
        "return decodeURIComponent(location.pathname).split('/').at(-2)"
    )
    assert opened.execute_script("return document.querySelectorAll('img').length") == 0
    logged: Any = opened.get_log("browser")  # type: ignore[no-untyped-call] # Selenium's
    assert logged == []


def test_nothing_is_fetched(opened: WebDriver) -> None:
    click(opened, "b1")
    assert opened.execute_script("return performance.getEntriesByType('resource').length") == 0


def test_search_and_links_lead_to_revisions(opened: WebDriver) -> None:
    from selenium.webdriver.common.by import By

    opened.find_element(By.ID, "find").send_keys("ada phone")
    assert "1 found" in text(opened, "#details")
    opened.find_element(By.CSS_SELECTOR, "#details button").click()
    assert "a phone" in text(opened, "#details .message")
    opened.find_element(By.CSS_SELECTOR, "#details button").click()  # what it follows
    assert text(opened, "#details h2") == "a1"


def test_it_can_be_used_without_a_mouse(opened: WebDriver) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    spot = opened.find_element(By.ID, "spot-0")
    opened.execute_script("arguments[0].focus()", spot)
    opened.switch_to.active_element.send_keys(Keys.ENTER)
    assert text(opened, "#details h2") in FILES


@pytest.mark.parametrize("likes", ["light", "dark"])
def test_it_is_readable(opened: WebDriver, likes: str) -> None:
    scheme(opened, likes)
    click(opened, "b1")

    def style(selector: str, name: str) -> str:
        found: str = opened.execute_script(
            "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]",
            selector,
            name,
        )
        return found

    ground = style("body", "backgroundColor")
    assert (contrast(opened, ground, "rgb(255, 255, 255)") < 2) == (likes == "light")
    assert contrast(opened, style("body", "color"), ground) > READABLE
    assert contrast(opened, style("#details pre", "color"), style("#details pre", "backgroundColor")) > READABLE  # fmt: skip
    assert contrast(opened, style("#details .faint", "color"), ground) > READABLE
    assert contrast(opened, style("#details button.to", "color"), ground) > READABLE
    for kind in ("at", "head", "pending"):
        words, box = style(f"svg .{kind} text", "fill"), style(f"svg .{kind} path", "fill")
        assert contrast(opened, words, box) > READABLE, kind
    assert contrast(opened, style("svg .edge path", "stroke"), ground) > 3


def test_a_long_history_is_folded_and_can_be_unfolded(driver: WebDriver, tmp_path: Path) -> None:
    from selenium.webdriver.common.by import By

    from limbeck.history import History, Revision
    from limbeck.picture import Told, outline, page

    history = History(
        Revision(f"r{n:04}", (f"r{n - 1:04}",) if n else (), doc=f"number {n}") for n in range(5000)
    )
    found = outline(history)
    told = {id: Told((f"add column t.{id}",), f"ALTER TABLE t ADD {id} INTEGER;") for id in history}
    file = tmp_path / "long.html"
    file.write_text(page(found, told, title="long", made="now"), encoding="utf-8")
    driver.get(file.as_uri())
    assert len(driver.find_elements(By.CSS_SELECTOR, "svg .revision")) == len(found.spots) == 3
    driver.find_element(By.CSS_SELECTOR, "svg .folded text").click()
    assert "4998 revisions in a line" in text(driver, "#details")
    driver.find_element(By.ID, "find").send_keys("number 1234")
    driver.find_element(By.CSS_SELECTOR, "#details button").click()
    assert "ALTER TABLE t ADD r1234 INTEGER;" in text(driver, "#details .sql")
