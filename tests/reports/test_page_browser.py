"""The page in a real browser: it shows itself, filters, copies, keeps to the keyboard, and never reaches out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.reporting import STATES, TIMELINE, clause, finding, report, row, with_body

from atlas_contract.reports.page import render

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: `nox -s browser` has it"
)

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright  # noqa: E402  if it is there

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 360, "height": 740}

pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"no browser is installed: {', '.join(NAMES)}")

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens a document's page from its file. In the end: no error on the console, and nothing asked of a network."""
    contexts: list[BrowserContext] = []
    told: list[str] = []

    def opened(document: dict[str, Any], former: dict[str, Any] | None = None, **options: Any) -> Page:
        path = tmp_path / "report.html"
        path.write_text(render(document, former), encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: None if request.url == path.as_uri() else told.append(request.url))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert told == []


def broken(count: int = 12) -> dict[str, Any]:
    """A run with so many findings, and clauses in every state."""
    clauses = [clause(n, STATES[n % 4]) for n in range(40)]
    return report(clauses=clauses, findings=[finding(n) for n in range(count)], timeline=TIMELINE)


def faults() -> dict[str, Any]:
    """A kill matrix."""
    families = (
        "acceptance",
        "client",
        "header",
        "promise",
        "protocol",
        "refusal",
        "reply",
        "request",
        "state",
        "wire",
    )
    rows = [row(n, family=families[n % 10]) for n in range(60)] + [row(60, "survived")]
    return report(kind="faults", matrix={"full": False, "rows": rows})


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_the_verdict_is_what_one_sees_first(show: Show) -> None:
    """Within the first screen, with what was proved."""
    page = show(broken())
    expect(page.get_by_role("heading", level=1)).to_have_text("The contract is broken")
    for name in ("The contract is broken", "What was proved"):
        expect(page.get_by_role("heading", name=name)).to_be_in_viewport()
    expect(page.locator(".tile").first).to_be_in_viewport()


def test_words_filter_findings_and_clauses(show: Show) -> None:
    """As they are typed; groups without a match go, and a line says how many are left."""
    page = show(broken())
    page.get_by_label("Find", exact=True).fill("thing5.part5")
    expect(page.locator(".finding:visible")).to_have_count(1)
    expect(page.get_by_text("Showing 1 of 12 findings and 1 of 40 clauses")).to_be_visible()
    expect(page.locator(".group:visible")).to_have_count(1)
    page.get_by_label("Find", exact=True).fill("nothing like it")
    expect(page.get_by_text("No finding matches.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".finding:visible")).to_have_count(12)


def test_operations_and_states_filter(show: Show) -> None:
    """An operation for both; a state for clauses."""
    page = show(broken())
    page.get_by_label("Operation").select_option("listThings")
    expect(page.locator(".finding:visible")).to_have_count(0)
    expect(page.get_by_text("and 20 of 40 clauses")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    for name in ("proved", "exercised", "unjudged"):
        page.get_by_label(name).uncheck()
    expect(page.get_by_text("and 10 of 40 clauses")).to_be_visible()
    expect(page.locator(".finding:visible")).to_have_count(12)


@pytest.mark.parametrize("granted", [True, False])
def test_the_curl_line_is_copied(show: Show, *, granted: bool) -> None:
    """To the last character, also where the browser keeps its clipboard from the page."""
    odd = finding(0, curl="curl --data-binary '{\"a\": \"<b> & é\"}'\\''  x'")
    page = show(report(findings=[odd]))
    if granted:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Copy the curl line").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    page.get_by_label("Find", exact=True).fill("")
    page.get_by_label("Find", exact=True).press("ControlOrMeta+V")
    expect(page.get_by_label("Find", exact=True)).to_have_value(odd["curl"])


def test_the_keyboard_is_enough(show: Show) -> None:
    """Tab reaches each control in turn, which shows that it is reached; Enter and the space bar use it."""
    page = show(broken(2))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the verdict")).to_be_focused()
    reached: list[str] = []
    while "summary" not in reached:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.localName"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        assert len(reached) < 40
    assert {"button", "a", "input", "select"} <= set(reached)
    page.keyboard.press("Enter")
    expect(page.locator(".finding[open]")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy the curl line")).to_be_focused()


def test_the_heat_map_is_one_stop_of_the_keyboard(show: Show) -> None:
    """Arrows move within it, over empty cells; Enter leads to the faults behind a number, and all can be had back."""
    page = show(faults())
    first = page.locator("[data-grid] a").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    cell = page.locator("[data-grid] a:focus")
    assert cell.get_attribute("data-check")
    count = int(cell.inner_text())
    page.keyboard.press("Enter")
    opened = page.locator(".family[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("tbody tr:visible")).to_have_count(count)
    expect(opened.locator("summary")).to_be_focused()
    page.get_by_role("button", name="Show all faults").click()
    expect(opened.locator("tbody tr:visible")).to_have_count(6)
    assert page.locator("[data-grid] a[tabindex='0']").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_until_somebody_chooses(show: Show, scheme: str) -> None:
    """And the choice is kept when the page is opened again."""
    page = show(broken(), color_scheme=scheme)

    def background() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = "rgb(255, 255, 255)", "rgb(20, 23, 26)"
    assert background() == (dark if scheme == "dark" else light)
    button = page.get_by_role("button", name="Theme")
    button.click()
    assert background() == dark
    button.click()
    assert background() == light
    page.reload()
    expect(button).to_have_text("Theme: light")


@pytest.mark.parametrize("make", [broken, faults, report])
def test_a_phone_is_wide_enough(show: Show, make: Callable[[], dict[str, Any]]) -> None:
    """Nothing but a region of its own is scrolled sideways, with everything opened."""
    page = show(make(), report(findings=[finding(77)]), viewport=PHONE)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert overflow(page) == 0


def test_hostile_and_huge_texts_are_shown_as_they_are(show: Show) -> None:
    """A script stays text, a megabyte is cut, what runs from right to left stays in its place, on a phone, too."""
    texts = (
        "</script><script>window.pwned = 1</script>",
        "\x00\x1b[2J\u202e",
        "שלום " * 400,
        "x" * 1_000_000,
    )
    page = show(report(findings=[with_body(n, text) for n, text in enumerate(texts)]), viewport=PHONE)
    page.get_by_role("button", name="Open all").click()
    assert overflow(page) == 0
    assert page.evaluate("window.pwned") is None
    for text in (texts[0], "\\x00\\x1b[2J\\u202e", "cut here: 1,000,000 characters"):
        expect(page.get_by_text(text).first).to_be_visible()


def test_the_page_can_be_read_without_scripts(show: Show) -> None:
    """Findings open, clauses open, and no control is shown that would do nothing."""
    page = show(broken(), java_script_enabled=False)
    expect(page.locator(".finding")).to_have_count(12)
    page.locator(".finding summary").first.click()
    expect(page.get_by_text("See it again").first).to_be_visible()
    expect(page.locator("button:visible, input:visible, select:visible")).to_have_count(0)


def test_a_link_to_a_finding_opens_it(show: Show) -> None:
    """From the list of what is new, and from elsewhere."""
    page = show(broken(3), report(findings=[finding(0)]))
    page.get_by_role("link", name="1 is not a text").click()
    expect(page.locator("#f2")).to_have_attribute("open", "")


def test_five_hundred_findings_are_filtered(show: Show) -> None:
    """A large run is still one that can be searched."""
    page = show(report(findings=[with_body(n, "x" * 3000) for n in range(500)]))
    page.get_by_label("Find", exact=True).fill("part499:")
    expect(page.locator(".finding:visible")).to_have_count(0)
    page.get_by_label("Find", exact=True).fill("499 is not")
    expect(page.locator(".finding:visible")).to_have_count(1)


def test_a_whole_matrix_is_shown(show: Show) -> None:
    """Every fault can be reached, and none is drawn before somebody asks for it."""
    rows = [row(n, checks=[f"check_{k}" for k in range(40)]) for n in range(1451)]
    page = show(report(kind="faults", matrix={"full": True, "rows": rows}))
    expect(page.locator(".family tbody tr:visible")).to_have_count(0)
    page.get_by_role("link", name="check_7, wire: 483").click()
    expect(page.locator(".family[open] tbody tr")).to_have_count(483)


def test_it_prints_on_white_with_findings_open(show: Show) -> None:
    """No control on paper."""
    page = show(broken(2), color_scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".finding[open]")).to_have_count(2)
    expect(page.locator("#filter, #theme")).to_have_count(2)
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.locator("#theme")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
