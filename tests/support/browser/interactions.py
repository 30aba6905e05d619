"""Counts what a person does: each click, key chord or filled field is one interaction."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page


@dataclass
class Counted:
    """A person at a page whose every act is written down."""

    page: Page
    acts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """How many interactions so far."""
        return len(self.acts)

    def clicks(self, target: Locator, what: str) -> None:
        """One click; also a tick, or a link."""
        target.click()
        self.acts.append(f"click {what}")

    def fills(self, label: str, value: str) -> None:
        """One field by its label, whatever is typed into it."""
        self.page.get_by_label(label, exact=True).fill(value)
        self.acts.append(f"fill {label}")

    def presses(self, name: str) -> None:
        """One button by its name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        self.clicks(button, name)

    def follows(self, name: str) -> None:
        """One link by its name."""
        self.clicks(self.page.get_by_role("link", name=name, exact=True).first, name)
