"""Answers of `/reference-lists`."""

from typing import Literal

from server.foundation.rest.responses import Answered, Instant, UserId


class ReferenceItem(Answered):
    """An item with its source and date; `trick` and `advice` are of scams, `text` of the others."""

    name: str
    source: str
    as_of: str
    trick: str | None = None
    advice: str | None = None
    text: str | None = None


class ReferenceListAnswer(Answered):
    """A list in its order; `changed_at` is null for the delivered one."""

    name: Literal["scams", "tools", "keywords"]
    title: str
    items: list[ReferenceItem]
    changed_by: UserId | None
    changed_at: Instant | None
