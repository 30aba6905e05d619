"""How soon a page is redrawn after an event, as the page itself measures it (Event Timing API).

An event without an entry was drawn within 16 ms, the least that Chromium reports.
"""

from typing import Final

from playwright.sync_api import BrowserContext, Error, Locator, Page

LEAST_MS: Final = 16
DRAWN_MS: Final = 120
PATIENCE_MS: Final = 1_500
AT_MOST: Final = 3
_LISTEN: Final = f"""
  window.feltEvents = [];
  new PerformanceObserver((list) => {{
    for (const one of list.getEntries())
      if (one.interactionId) window.feltEvents.push([one.interactionId, one.duration]);
  }}).observe({{type: "event", buffered: true, durationThreshold: {LEAST_MS}}});
"""
_NOTHING_SENT: Final = ":not([type=submit])"
CLICKED: Final = (
    "main summary:visible",
    "main input[type=checkbox]:visible:enabled",
    "main input[type=radio]:visible:enabled",
    f"main button[aria-expanded]{_NOTHING_SENT}:visible",
)
TYPED: Final = (
    ("main input[type=search]:visible:enabled, main input[role=combobox]:visible:enabled", "中"),
    ("main input:not([type]):visible:enabled, main input[type=text]:visible:enabled", "a"),
    ("main textarea:visible:enabled", "a"),
)
KEYED: Final = (
    ("main input[type=range]:visible:enabled", "ArrowRight"),
    ("main select:visible:enabled", "ArrowDown"),
    ("main canvas:visible", "n"),
)


def listen(context: BrowserContext) -> None:
    """Have all pages of a context measure from their beginning."""
    context.add_init_script(_LISTEN)


def felt(page: Page) -> list[float]:
    """Touch some of each that can be touched without sending anything; the waits of all (ms)."""
    touches = 0
    for selector in CLICKED:
        touches += sum(_touch(page, one, "click") for one in _some(page, selector))
    for selector, text in TYPED:
        touches += sum(_touch(page, one, "type", text) for one in _some(page, selector))
    for selector, key in KEYED:
        touches += sum(_touch(page, one, "press", key) for one in _some(page, selector))
    touches += _touch(page, page.locator("body"), "press", "Tab")
    page.wait_for_timeout(DRAWN_MS)
    found: dict[int, float] = {}
    for number, took_ms in page.evaluate("() => window.feltEvents"):
        found[number] = max(took_ms, found.get(number, 0))
    waits = list(found.values())
    return waits + [float(LEAST_MS)] * max(0, touches - len(waits))


def _some(page: Page, selector: str) -> list[Locator]:
    every = page.locator(selector)
    return [every.nth(place) for place in range(min(AT_MOST, every.count()))]


def _touch(page: Page, one: Locator, act: str, word: str = "") -> int:
    """1 if it could be touched; what another touch has covered or taken away can't."""
    try:
        if act == "click":
            one.click(timeout=PATIENCE_MS, no_wait_after=True)
        elif act == "type":
            one.press_sequentially(word, timeout=PATIENCE_MS)
        else:
            one.press(word, timeout=PATIENCE_MS, no_wait_after=True)
    except Error:
        return 0
    page.wait_for_timeout(DRAWN_MS)
    return 1
