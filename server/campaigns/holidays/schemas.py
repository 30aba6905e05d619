"""Answers of `/calendar`."""

from typing import Literal

from server.foundation.rest.responses import Answered, Day


class SpecialDay(Answered):
    """A day that differs from its weekday; `source`: its origin."""

    date: Day
    kind: Literal["holiday", "workday", "ordinary"]
    name: str
    source: Literal["national", "district", "weekday"]
