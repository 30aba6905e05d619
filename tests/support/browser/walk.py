"""A walk through the console in one language at one width, with checks on each page.

On each page: no error in the browser's console, no request to another host, nothing wider than the
window, every visible label in the person's language.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.support.network.network_idle import Traffic

Language = Literal["zh", "en"]
Way = tuple[Language, str]
"""A language, and the width: `desk` or `phone`."""
Words = tuple[str, str]
"""What something is called: in Chinese, in English."""

CONTEXT_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "desk": {"viewport": {"width": 1366, "height": 768}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]+")
LATIN: Final = re.compile(r"[A-Za-z]{2,}")
# Words that Chinese offices write so too: file forms, units of measure, names of techniques.
ALLOWED: Final = frozenset(
    {
        "English",
        "Excel",
        "xlsx",
        "csv",
        "pdf",
        "ndjson",
        "https",
        "Debian",
        "Windows",
        "LED",
        "KB",
        "MB",
        "GB",
        "SHA",
        "JSON",
        "BX",
    }
)
# Addresses, files on a box, options of its programs.
ADDRESS: Final = re.compile(r"https?://\S+|Asia/Shanghai|/etc/[\w.-]+|--[a-z]+")
PUBLIC_ID: Final = re.compile(r"\b[A-Za-z]{1,2}_\d+\b")
# Columns with input of people that is shown unchanged.
WRITTEN: Final = frozenset(
    {"name", "address", "contact_name", "username", "vehicle", "depot", "label", "reason", "note"}
    | {"opinion", "person", "file", "firm", "leader", "phone", "building", "tag", "text"}
)
# All visible words of a page, and those of its controls for screen readers.
SEEN: Final = """() => {
  const NAMES = ['aria-label', 'placeholder', 'title', 'alt'];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const said = [...document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')]
    .filter(shown)
    .flatMap((one) => NAMES.map((name) => one.getAttribute(name)));
  let text = document.body.innerText;
  // Commands and keys are the same in every language.
  for (const code of [...document.querySelectorAll('pre, code')].filter(shown))
    text = text.replace(code.innerText, ' ');
  return [document.title, text, ...said.filter(Boolean)].join('\\n');
}"""
FOCUS: Final = """(one) => {
  const style = getComputedStyle(one);
  const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return one.matches(':focus-visible') && (drawn || style.boxShadow !== 'none');
}"""
# Buttons that change something, and ways to where something is made.
WRITING: Final = 'main form[data-api] button, .top-line form[data-api] button, main a[href$="/new"]'
WIDEST: Final = "() => document.documentElement.scrollWidth - innerWidth"


@dataclass
class Walk:
    """One person's walk; `names` are what he may see in another language, longest first."""

    page: Page
    base: str
    language: Language
    width: str
    data: Path
    only_reads: bool = False
    expected: set[int] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    seen: int = 0

    def __post_init__(self) -> None:
        self.traffic = Traffic(self.page)
        self.page.on("request", lambda request: self.asked.add(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(f"thrown: {error}"))
        self.page.on("console", self._note_line)

    def _note_line(self, line: Any) -> None:
        if line.type not in ("error", "warning"):
            return
        refused = re.search(r"status of (\d+)", line.text)
        if refused is None or int(refused[1]) not in self.expected:
            self.complaints.append(f"{line.type}: {line.text}")

    @property
    def context(self) -> BrowserContext:
        """His browser's profile."""
        return self.page.context

    def word(self, words: Words | str) -> str:
        """In his language."""
        return words if isinstance(words, str) else words[self.language == "en"]

    def checks_page(self) -> None:
        """Hold the page that he is at to what must be so on each."""
        self.traffic.settles()
        self.seen += 1
        at = f"{self.page.url} ({self.language}, {self.width})"
        assert self.complaints == [], f"{self.complaints} at {at}"
        tag = {"zh": "zh-CN", "en": "en"}[self.language]
        assert self.page.locator("html").get_attribute("lang") == tag, at
        assert self.page.evaluate(WIDEST) <= 0, f"wider than the window: {at}"
        wrong = foreign_words(self.page.evaluate(SEEN), self.language, written_in(self.data))
        assert wrong == [], f"in another language: {wrong} at {at}"
        if self.only_reads:
            assert self.page.locator(WRITING).filter(visible=True).all_inner_texts() == [], at
        hosts = {urlsplit(one).netloc for one in self.asked if not one.startswith(("blob", "data"))}
        assert hosts <= {urlsplit(self.base).netloc}, at

    def opens(self, path: str) -> None:
        """Go to an address, as from a bookmark."""
        self.page.goto(self.base + path)
        self.checks_page()

    def refused(self, path: str, status: int = 404) -> None:
        """Go to a forbidden address: the refusal is in his language."""
        with self.expecting(status):
            answer = self.page.goto(self.base + path)
            assert answer is not None
            assert answer.status == status, path
            self.checks_page()

    @contextmanager
    def expecting(self, status: int) -> Iterator[None]:
        """Meanwhile the browser may note that an answer had this status."""
        self.expected.add(status)
        yield
        self.traffic.settles()
        self.expected.discard(status)

    def link(self, words: Words | str, within: Locator | None = None) -> Locator:
        """A link by its name."""
        return _first(within or self.page, "link", self.word(words))

    def button(self, words: Words | str, within: Locator | None = None) -> Locator:
        """A button by its name."""
        return _first(within or self.page, "button", self.word(words))

    def follows(self, words: Words | str, within: Locator | None = None) -> None:
        """Click a link by its name and check the target page."""
        before = self.page.url
        self.link(words, within).click()
        self.page.wait_for_url(lambda url: url != before)
        self.checks_page()

    def unfolds(self, words: Words) -> None:
        """Open what is folded under a name: a table, or a menu of buttons."""
        self.page.locator("summary", has_text=self.word(words)).first.click()

    def goes_to(self, words: Words) -> None:
        """By the menu, which a phone shows when it is asked for."""
        link = self.page.get_by_role("navigation").get_by_role(
            "link", name=self.word(words), exact=True
        )
        if not link.first.is_visible():
            self.page.locator("summary", has_text=self.word(("菜单", "Menu"))).click()
        link.first.click()
        self.checks_page()

    def presses(self, words: Words | str, within: Locator | None = None) -> None:
        """Press a button by its name; the caller checks the effect."""
        self.button(words, within).click()
        self.traffic.settles()

    def fills(self, words: Words | str, value: str, within: Locator | None = None) -> None:
        """Write into a field by its label."""
        self.labelled(words, within).fill(value)

    def chooses(self, words: Words | str, option: str, within: Locator | None = None) -> None:
        """Choose from a list by its label."""
        self.labelled(words, within).select_option(label=option)

    def labelled(self, words: Words | str, within: Locator | None = None) -> Locator:
        """A field by its label."""
        return (within or self.page).get_by_label(self.word(words), exact=True).first

    def sees(self, words: Words | str, within: Locator | None = None) -> None:
        """Wait until the page shows the words."""
        place = within or self.page.locator("main")
        expect(place.get_by_text(self.word(words)).first).to_be_visible()

    def enters(self, target: Locator, *, most: int = 60) -> None:
        """By keyboard: Tab until the control has the focus, which shows; then Enter."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if target.evaluate("(one) => one === document.activeElement"):
                break
        assert target.evaluate(FOCUS), f"no visible focus: {self.page.url}"
        self.page.keyboard.press("Enter")

    def accepts(self) -> None:
        """Confirm the open dialog of the page by keyboard."""
        verb = self.page.locator(".ask-acts .btn").nth(1)
        self.page.keyboard.press("Tab")
        expect(verb).to_be_focused()
        self.page.keyboard.press("Enter")


def walk_of(browser: Browser, base: str, data: Path, person: tuple[str, str], way: Way) -> Walk:
    """Somebody (user name, password) at the sign-in page, and then past it, by keyboard."""
    language, width = way
    locale = {"zh": "zh-CN", "en": "en-US"}[language]
    context = browser.new_context(
        **CONTEXT_OPTIONS[width], locale=locale, timezone_id="Asia/Shanghai"
    )
    walk = Walk(context.new_page(), base, language, width, data)
    walk.opens("/login")
    walk.fills(("用户名", "User name"), person[0])
    walk.fills(("密码", "Password"), person[1])
    walk.enters(walk.button(("登录", "Sign in")))
    walk.page.wait_for_url(lambda url: not urlsplit(url).path.startswith("/login"))
    walk.checks_page()
    return walk


def foreign_words(text: str, language: Language, written: Iterable[str]) -> list[str]:
    """What isn't of the language, after all that people themselves wrote was left out."""
    for one in written:
        text = text.replace(one, " ")
    if language == "en":
        found = CHINESE.findall(text.replace("中文", " "))
        return sorted(set(found))
    return sorted(set(LATIN.findall(PUBLIC_ID.sub(" ", ADDRESS.sub(" ", text)))) - ALLOWED)


def written_in(data: Path) -> list[str]:
    """What people wrote into the server's tables, longest first."""
    found: set[str] = set()
    with closing(sqlite3.connect(f"file:{data / 'config.db'}?mode=ro", uri=True)) as store:
        tables = [
            row[0] for row in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        for table in tables:
            columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
            for column in WRITTEN.intersection(columns):
                found.update(row[0] for row in store.execute(f"SELECT {column} FROM {table}"))  # noqa: S608 - names of our own tables
    return sorted(
        (one for one in found if isinstance(one, str) and len(one) > 1), key=len, reverse=True
    )


def _first(place: Page | Locator, role: Any, name: str) -> Locator:
    return place.get_by_role(role, name=name, exact=True).first
