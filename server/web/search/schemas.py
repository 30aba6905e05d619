"""The answers of `/search`."""

from typing import Literal

from pydantic import Field

from server.foundation.rest.responses import Answered


class Found(Answered):
    """One thing that was found; of a page or an action, `id` is its path."""

    id: str
    kind: str
    title: str
    note: str = Field(description="What tells it from others of the same name")
    href: str = Field(description="Its page in the console")


class FoundGroup(Answered):
    """Things of one kind; `more`: there are others."""

    kind: Literal[
        "act",
        "id",
        "screen",
        "venue",
        "line",
        "unit",
        "user",
        "asset",
        "playlist",
        "campaign",
        "takeover",
        "incident",
        "page",
    ]
    title: str
    items: list[Found]
    more: bool


class SearchAnswer(Answered):
    """The objects found, by kind; kinds without any are left out."""

    q: str
    groups: list[FoundGroup]
