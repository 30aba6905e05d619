"""The scope record of an export's last line, with its chain of days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.foundation.i18n import Sentence
from server.playlog.model.day_chain import DaySeal, broken

UNREADABLE = Sentence("每日封存链无法读取。", "changed: the chain of days can't be read")


@dataclass(frozen=True, slots=True)
class Scope:
    """Plays of `screens` screens in [from, to), as stored at `as_of` (texts, ISO 8601).

    `days` is the chain of sealed days at that time.
    """

    from_at: str
    to_at: str
    as_of: str
    screens: int
    days: tuple[DaySeal, ...]

    def has_head(self, head: str) -> bool:
        """Whether a head from a printed report is in the chain of days."""
        return any(seal.head.hex() == head.strip().lower() for seal in self.days)


def scope_of(content: Mapping[str, Any]) -> Scope | None:
    """The scope in the last line; None if it is missing or malformed."""
    export = content.get("export")
    if not isinstance(export, Mapping) or not isinstance(export.get("screens"), list):
        return None
    from_at, to_at, as_of = (str(export.get(name)) for name in ("from", "to", "as_of"))
    return Scope(from_at, to_at, as_of, len(export["screens"]), _days(export) or ())


def days_that_do_not_fit(content: Mapping[str, Any]) -> Iterator[Sentence]:
    """Sealed days that don't follow from the days before."""
    export = content.get("export")
    if export is None:
        return
    days = _days(export)
    if days is None:
        yield UNREADABLE
        return
    for seal in broken(days):
        yield Sentence(
            f"{seal.date} 的每日封存与前一日不衔接。",
            f"changed: the seal of {seal.date} doesn't follow from the days before",
        )


def _days(export: Any) -> tuple[DaySeal, ...] | None:
    try:
        seals = tuple(
            DaySeal(int(day), int(boots), bytes.fromhex(digest), bytes.fromhex(head))
            for day, boots, digest, head in export["days"]
        )
        return seals if all(seal.date for seal in seals) else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
