"""The site in a browser: it asks nothing from elsewhere, sets its formulas, and is read small, in the dark, by key."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, Request, expect, sync_playwright

from secondlook.site import books
from site_made import made

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDE, SMALL = {"width": 1280, "height": 900}, {"width": 375, "height": 800}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a browser: no chromium is installed"),
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    return made(tmp_path_factory.getbasetemp(), worker_id)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Window:
    """A page of a browser, what goes wrong in it, and what it asks for."""

    page: Page
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on(
            "console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("requestfailed", self.failed)
        self.page.on("request", lambda request: self.asked.append(request.url))

    def failed(self, request: Request) -> None:
        """Take note of a request that failed, but for the tab's picture, which Chromium drops at the next page."""
        if not (request.failure == "net::ERR_ABORTED" and request.url.endswith("/favicon.svg")):
            self.faults.append(f"failed: {request.url}")


@pytest.fixture
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Window]:
    context = browser.new_context(**{"viewport": WIDE} | getattr(request, "param", {}))
    yield Window(context.new_page())
    context.close()


def among(*settings: dict[str, object]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("window", settings, indirect=True, ids=lambda setting: str(*setting.values()))


LEADING = ["index", "notebooks/index", "claims/index", "claims/003", "api/index", "api/gaussian", "search", "genindex"]
EVERY = [*LEADING, *(f"notebooks/{stem}" for stem in books.executed())]


@among({"viewport": SMALL})
@pytest.mark.parametrize("name", EVERY)
def test_a_page_opens_on_a_small_screen_and_asks_for_nothing_from_elsewhere(
    name: str, window: Window, address: str
) -> None:
    window.page.goto(f"{address}{name}.html")
    window.page.evaluate("document.fonts.ready")
    assert window.faults == []
    assert [url for url in window.asked if not url.startswith((address, "data:"))] == []
    assert window.page.evaluate("document.documentElement.scrollWidth") == SMALL["width"]
    flat = "e => e.checkVisibility() && !(e.getBoundingClientRect().width * e.getBoundingClientRect().height)"
    assert window.page.evaluate(f"[...document.querySelectorAll('math')].filter({flat}).length") == 0
    if window.page.locator("math").count():
        assert window.page.evaluate("[...document.fonts].find(f => f.family.includes('STIX')).status") == "loaded"


@among({"color_scheme": "light"}, {"color_scheme": "dark"})
@pytest.mark.parametrize("name", ["index", "claims/index", "notebooks/02_backprop_by_hand", "api/gaussian", "search"])
def test_contrast_landmarks_and_all_else_that_axe_knows(name: str, window: Window, address: str) -> None:
    window.page.goto(f"{address}{name}.html")
    formulas = {"empty-table-header": {"enabled": False}}  # axe reads no MathML; test_site looks for empty headings
    results = Axe().run(window.page, options={"preload": False, "resultTypes": ["violations"], "rules": formulas})
    assert [(v["id"], v["nodes"][0]["html"]) for v in results.response["violations"]] == []


@among({"color_scheme": "dark"})
def test_it_is_dark_where_the_reader_s_system_is_and_as_the_reader_says(window: Window, address: str) -> None:
    page = window.page
    page.goto(address)
    brightness = (
        "getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    )
    assert page.evaluate(brightness) < 150
    page.evaluate("localStorage.setItem('mode', 'light'); localStorage.setItem('theme', 'light')")
    page.reload()
    assert page.evaluate(brightness) > 600


def test_the_first_key_leads_to_the_content(window: Window, address: str) -> None:
    page = window.page
    page.goto(f"{address}notebooks/01_conjugate_gaussian.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    expect(page.get_by_text("Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")


@among({"viewport": SMALL})
def test_the_menu_of_a_small_screen_is_reached_and_left_by_key(window: Window, address: str) -> None:
    page = window.page
    page.goto(f"{address}claims/003.html")
    for _ in range(5):
        page.keyboard.press("Tab")
        if "primary-toggle" in page.evaluate("document.activeElement.className"):
            break
    page.keyboard.press("Enter")
    menu = page.locator("#pst-primary-sidebar-modal[open]")
    assert menu.get_by_role("link", name="Notebooks").is_visible()
    page.keyboard.press("Escape")
    assert not menu.count()


def test_the_search_is_reached_by_key_and_finds_a_notebook(window: Window, address: str) -> None:
    page = window.page
    page.goto(address)
    page.keyboard.press("Control+k")
    page.keyboard.type("evidence precision")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    found = page.locator("#search-results a", has_text="1 · One unknown mean")
    found.first.wait_for()
    assert window.faults == []


def test_a_claim_leads_to_its_cell_and_back(window: Window, address: str) -> None:
    page = window.page
    page.goto(f"{address}claims/003.html#d03")
    page.locator("section.claim", has=page.locator("#d03")).or_(page.locator("section#d03")).first.wait_for()
    page.locator("section.claim").filter(has_text="D03 ·").get_by_role("link", name="notebook 01").click()
    anchor = page.url.partition("#")[2]
    assert page.locator(f"#{anchor}").evaluate("e => e.getBoundingClientRect().top") < WIDE["height"]
    page.get_by_role("link", name="D03", exact=True).click()
    assert page.url == f"{address}claims/003.html#d03"


def test_the_policy_holds_against_a_script_and_a_request_that_are_not_the_page_s(window: Window, address: str) -> None:
    page = window.page
    page.goto(address)
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: 'late = 1'}))")
    assert page.evaluate("typeof late") == "undefined"
    with pytest.raises(Error, match="Failed to fetch"):
        page.evaluate("fetch('index.html')")
    assert "Content Security Policy" in window.faults[0]


def test_it_is_read_from_a_disc_as_well(window: Window, site: Path) -> None:
    window.page.goto((site / "notebooks" / "01_conjugate_gaussian.html").as_uri())
    window.page.evaluate("document.fonts.ready")
    assert window.faults == []
    assert all(url.startswith(("file:", "data:")) for url in window.asked)
    window.page.goto((site / "search.html").as_uri() + "?q=evidence")
    window.page.locator("#search-results a", has_text="1 · One unknown mean").first.wait_for()
