"""Questions that a page asks before what hurts: read, and answered as a person would."""

from playwright.sync_api import Page, expect

ASKED = "dialog.ask[open]"


def answers(page: Page, *, yes: bool = True) -> str:
    """Press the verb, or 取消, which has the focus; what was asked, with its numbers."""
    dialog = page.locator(ASKED)
    no, verb = dialog.locator(".ask-acts .btn").all()
    expect(no).to_be_focused()
    expect(dialog.locator(".ask-figures")).to_have_attribute("aria-busy", "false")
    words = dialog.inner_text()
    (verb if yes else no).click()
    expect(dialog).to_have_count(0)
    return words
