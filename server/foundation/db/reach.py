"""Compatibility of releases with schema revisions, encoded in the revision's name.

`0034` needs a release with that step. `0035_0033` only adds to step 0033, so releases from that
step on can run on it unchanged (decision 40).
"""

import re
from typing import Final

NAME: Final = re.compile(r"(?P<number>[0-9]{4})(_(?P<since>[0-9]{4}))?")


def number_of(revision: str) -> int:
    """The step of a revision in its history; 0 for a foreign revision."""
    found = NAME.fullmatch(revision)
    return int(found["number"]) if found else 0


def runs_since(revision: str) -> int:
    """The oldest step whose release can run on it."""
    found = NAME.fullmatch(revision)
    return int(found["since"] or found["number"]) if found else 0


def is_later(revision: str, head: str) -> bool:
    """Whether it is of a later release than the one with newest revision `head`."""
    return number_of(revision) > number_of(head)


def may_run_on(revision: str, head: str) -> bool:
    """Whether the release with newest revision `head` can run on a later one."""
    return is_later(revision, head) and runs_since(revision) <= number_of(head)
