"""All files of the corpus."""

from tests.support.corpus.case import Case
from tests.support.corpus.clips import ANIMATIONS, CLIPS
from tests.support.corpus.pictures import PICTURES
from tests.support.corpus.refused import REFUSED

CASES = [*PICTURES, *ANIMATIONS, *CLIPS, *REFUSED]


def case_of(cause: str) -> Case:
    """The case of that cause."""
    return next(case for case in CASES if case.cause == cause)
