"""Answers of selectors."""

from server.foundation.rest.responses import Answered


class Reached(Answered):
    """The screens of a selector now; `left_out` are those excluded by their venue's policy."""

    screens: int
    screen_ids: list[str]
    venues: int
    by_kind: dict[str, int]
    left_out: int
