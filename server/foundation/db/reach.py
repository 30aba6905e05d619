"""Which releases can run on a schema: the name of its revision says so.

`0034` is for releases that know it. `0035_0033` was only added to since 0033, so releases from that
one on run on it as it is: one that doesn't know 0035 leaves the tables alone and serves (decision
40).
"""

import re
from typing import Final

NAME: Final = re.compile(r"(?P<number>[0-9]{4})(_(?P<since>[0-9]{4}))?")


def number_of(revision: str) -> int:
    """Which step of its history a revision is; 0 for what is no revision of ours."""
    found = NAME.fullmatch(revision)
    return int(found["number"]) if found else 0


def runs_since(revision: str) -> int:
    """The oldest step whose release can run on it."""
    found = NAME.fullmatch(revision)
    return int(found["since"] or found["number"]) if found else 0


def is_later(revision: str, head: str) -> bool:
    """Whether it is of a later release than the one whose newest revision is `head`."""
    return number_of(revision) > number_of(head)


def may_run_on(revision: str, head: str) -> bool:
    """Whether the release whose newest revision is `head` can run on a later one."""
    return is_later(revision, head) and runs_since(revision) <= number_of(head)
