"""The site is built without a warning, shows nothing that comes from elsewhere, and leads nowhere that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from tests.docs.blocks import ROOT, name

pytestmark = pytest.mark.checkout

FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "use": "href"}
FROM_ELSEWHERE = re.compile(r"""(?:url\(|@import|import\()\s*["']?(?:https?:)?//""")
MARKDOWN = [*ROOT.glob("*.md"), ROOT / "spec" / "README.md"]


class Page(HTMLParser):
    """What a browser fetches to show a page, where its links lead, and what can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one element."""
        given = {name: value for name, value in attrs if value}
        self.anchors |= {given["id"]} if "id" in given else set()
        if FETCHED.get(tag) in given:
            self.fetched.append(given[FETCHED[tag]])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `nox -s docs` builds it; any warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    words = ("-m", "sphinx", "--quiet", "--fail-on-warning", "--fresh-env", "--builder", "html")
    done = subprocess.run(
        [sys.executable, *words, "docs", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    """No page, style or script asks another server for anything."""
    for path in site.rglob("*.html"):
        assert [each for each in Page(path).fetched if urlsplit(each).netloc] == [], path.name
    for path in (*site.rglob("*.css"), *site.rglob("*.js")):
        assert FROM_ELSEWHERE.search(path.read_text(encoding="utf-8")) is None, path.name


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    """To a page that is there, and to a place on it that is there."""
    pages = {path: Page(path) for path in site.rglob("*.html")}
    for path, page in pages.items():
        for link in page.links:
            to = urlsplit(link)
            if to.scheme or to.netloc:
                continue
            target = (path.parent / unquote(to.path)).resolve() if to.path else path
            assert target.exists(), f"{path.name}: {link}"
            if target in pages and to.fragment:
                assert unquote(to.fragment) in pages[target].anchors, f"{path.name}: {link}"


@pytest.mark.parametrize("page", MARKDOWN, ids=name)
def test_every_link_of_the_other_markdown_leads_to_a_file(page: Path) -> None:
    """README.md and the like, which are read outside of the site."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    links = [
        inner.attrs["href"] for token in tokens for inner in token.children or () if "href" in inner.attrs
    ]
    for link in map(str, links):
        assert urlsplit(link).scheme or (page.parent / urlsplit(link).path).exists(), link


def test_a_new_reader_finds_a_command_early() -> None:
    """The first command of README.md stands within its first fifteen lines."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:15]
    assert any("nox -s contract" in line for line in lines)
