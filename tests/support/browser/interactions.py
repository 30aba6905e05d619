"""Counts what a person does: each click, key chord or filled field is one interaction."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.support.browser.keystroke_model import CHOICE_S, CLICK_S, SCAN_S, typing_s


@dataclass
class Counted:
    """A person at a page whose every act is written down.

    `person_s`: how long they take him, without what the system takes (`keystroke_model.py`).
    """

    page: Page
    acts: list[str] = field(default_factory=list)
    person_s: float = 0.0

    def __len__(self) -> int:
        """How many interactions so far."""
        return len(self.acts)

    def clicks(self, target: Locator, what: str) -> None:
        """One click; also a tick, or a link."""
        target.click()
        self._did(f"click {what}", CLICK_S)

    def fills(self, label: str, value: str) -> None:
        """One field by its label, whatever is typed into it."""
        self.page.get_by_label(label, exact=True).fill(value)
        self._did(f"fill {label}", typing_s(value))

    def chooses(self, label: str, option: str) -> None:
        """One of a list by their labels."""
        self.page.get_by_label(label, exact=True).select_option(label=option)
        self._did(f"choose {option}", CHOICE_S)

    def scans(self, address: str) -> None:
        """A QR code that leads to the address."""
        self.page.goto(address)
        self._did("scan the QR code", SCAN_S)

    def presses(self, name: str) -> None:
        """One button by its name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        self.clicks(button, name)

    def follows(self, name: str) -> None:
        """One link by its name."""
        self.clicks(self.page.get_by_role("link", name=name, exact=True).first, name)

    def _did(self, what: str, took_s: float) -> None:
        self.acts.append(what)
        self.person_s += took_s
