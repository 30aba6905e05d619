"""What people and enemies send: each file is accepted for what it is, or refused in words.

The table of causes is printed at the end (`-s` shows it); the long form makes the same files
at real sizes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from media.documents.pages import draw_pages
from media.errors import MediaRefused
from media.inspection.file_type import sniff
from media.pipeline.renditions import Processed, process
from media.screen_classes import ScreenClass
from tests.support.corpus.canary import Canary, canary_in
from tests.support.corpus.case import REAL, SMALL, Accepted, Case, Scale
from tests.support.corpus.whole import CASES
from tests.support.factories import sample_files

pytestmark = pytest.mark.slow

LONGEST_S = 60
CORNERS = {
    (0.25, 0.25): sample_files.RED,
    (0.75, 0.25): sample_files.GREEN,
    (0.25, 0.75): sample_files.BLUE,
    (0.75, 0.75): sample_files.YELLOW,
}


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    with canary_in(tmp_path_factory.mktemp("corpus")) as watched:
        yield watched


def outcome(case: Case, source: Path, shape: ScreenClass) -> Processed | MediaRefused:
    """As the server does: documents are drawn first, then each page is processed."""
    folder, limits = source.parent, case.limits
    try:
        pages = draw_pages(source, folder, limits) if sniff(source) == "document" else [source]
        made = [process(page, folder, limits, lambda _f: None, (shape,)) for page in pages]
    except MediaRefused as refusal:
        return refusal
    return made[0]


def try_out(case: Case, scale: Scale, canary: Canary) -> float:
    """The verdict is right and harms nobody; how long it took, s."""
    folder = Path(tempfile.mkdtemp(prefix=f"{CASES.index(case)}-", dir=canary.folder))
    source = folder / case.name.replace("/", "_")
    case.make(source, scale)
    before = time.monotonic()

    result = outcome(case, source, ScreenClass("one", *scale.size))

    took_s = time.monotonic() - before
    canary.report.append(f"{case.cause} → {in_words(result)} ({took_s:.1f} s)")
    canary.check()
    if isinstance(case.verdict, Accepted):
        assert isinstance(result, Processed), result
        check(result, case.verdict, scale)
    else:
        assert isinstance(result, MediaRefused), result
        assert result.code in case.verdict
    return took_s


def in_words(result: Processed | MediaRefused) -> str:
    if isinstance(result, MediaRefused):
        return f"{result.code} → {result.detail_zh} {result.detail_en}"
    return f"{result.kind} {result.width}x{result.height} {result.duration_ms or '-'} ms"


def check(made: Processed, wanted: Accepted, scale: Scale) -> None:
    assert (made.kind, (made.width, made.height)) == (wanted.kind, wanted.shape(scale.size))
    if wanted.length is None:
        assert made.duration_ms is None
    else:
        length = wanted.length(scale.milliseconds)
        assert made.duration_ms == pytest.approx(length, abs=wanted.within_ms)
    if wanted.coloured:
        seen = made.poster or made.renditions[0]
        with Image.open(seen.path) as picture:
            for (across, down), colour in CORNERS.items():
                spot = int(picture.width * across), int(picture.height * down)
                assert picture.getpixel(spot) == pytest.approx(colour, abs=wanted.tolerance)


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.cause)
def test_a_file_is_accepted_for_what_it_is_or_refused(case: Case, canary: Canary) -> None:
    try_out(case, SMALL, canary)


@pytest.mark.timed
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.cause)
def test_a_verdict_takes_less_than_a_minute(case: Case, canary: Canary) -> None:
    assert try_out(case, SMALL, canary) < LONGEST_S


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.cause)
def test_so_it_is_at_real_sizes(case: Case, canary: Canary) -> None:
    assert try_out(case, REAL, canary) < LONGEST_S


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 60
    assert len({case.cause for case in CASES}) == len(CASES)
    codes = {code for case in CASES if isinstance(case.verdict, frozenset) for code in case.verdict}
    assert len(codes) == 8
