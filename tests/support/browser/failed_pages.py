"""What the pages of a browser test showed as it failed: a picture of each, and its text.

A failure that comes once in hundreds of runs leaves no other trace of its cause.
"""

import re
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Error, Page

FOLDER: Final = Path(__file__).parents[3] / ".gate/pages"
"""Beside the logs of the gate."""
READ_MS: Final = 2_000
LONGEST: Final = 2_000
READ: Final = """() => {
  const all = (selector, read) => [...document.querySelectorAll(selector)].map(read);
  const wrong = 'input:invalid, select:invalid, textarea:invalid';
  return {
    alerts: all('[role=alert], [role=status], dialog[open]', (one) => one.innerText?.trim()),
    busy: all('[aria-busy=true]', (one) => one.outerHTML.slice(0, 120)),
    invalid: all(wrong, (one) => `${one.name}=${one.value}`),
    focus: document.activeElement?.outerHTML.slice(0, 120),
    now: `${Math.round(performance.now())} ms`,
    answers: performance.getEntriesByType('resource').slice(-8).map((one) =>
      `${one.responseStatus} ${one.name} at ${Math.round(one.startTime)}, ${one.duration} ms`),
  };
}"""


def describe(browser: Browser, test: str) -> str:
    """A paragraph for each open page, its picture in `FOLDER`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", test)[-100:]
    pages = [page for context in browser.contexts for page in context.pages]
    return "\n\n".join(_described(page, FOLDER / f"{name}-{n}.png") for n, page in enumerate(pages))


def _described(page: Page, picture: Path) -> str:
    lines = [page.url, f"picture: {picture}"]
    try:
        found = page.evaluate(READ)
        lines += [f"{key}: {value}"[:LONGEST] for key, value in found.items() if value]
        page.screenshot(path=picture, timeout=READ_MS)
    except Error as error:
        # A page that was closed or hangs is at least reported as such.
        lines.append(f"can't be read: {error}")
    return "\n".join(lines)
