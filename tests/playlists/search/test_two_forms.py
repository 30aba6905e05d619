"""The search has two forms, in Python and compiled: the same bytes, whichever a machine has."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlists.search.compiled import LIBRARY, SOURCE, compiled, load
from playlists.search.polish import polish
from playlists.search.prices import REPEAT
from playlists.search.problem import Effort, Polish, Problem, problem_of
from playlists.search.rows import Row
from playlists.spread.parting import part_repeats
from playlists.spread.phases import calm_phases, place
from playlists.spread.spacing import FULL, spread
from tests.bench.loops import mixed_hours

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SECONDS = st.one_of(st.integers(1, 60), st.sampled_from([5, 10, 15, 30]))
LIMIT_S = st.one_of(st.none(), st.integers(5, 400))
MEDIA = st.lists(
    st.integers(1_000, 61_000) | SECONDS.map(lambda s: s * 1000), min_size=1, max_size=3
)


def in_ms(seconds: int | None) -> int | None:
    return None if seconds is None else 1000 * seconds


@st.composite
def rows(draw: st.DrawFn, most: int = 10) -> list[Row]:
    """Items and filler, whole seconds or not, in campaigns or alone, with limits or without."""
    return [
        Row(
            plays=draw(st.integers(1, 20)),
            durations_ms=tuple(draw(MEDIA)),
            campaign=draw(st.integers(-1, 2)),
            counted=draw(st.booleans()),
            may_repeat=draw(st.integers(0, 5)) == 0,
            min_gap_ms=in_ms(draw(LIMIT_S)),
            max_gap_ms=in_ms(draw(LIMIT_S)),
        )
        for _ in range(draw(st.integers(1, most)))
    ]


@pytest.fixture(scope="module")
def compiled_form() -> Polish:
    form = compiled()
    assert form is not None, "make setup builds it"
    return form


def problem_with(asked: list[Row]) -> Problem:
    start = [(row, turn) for _, row, turn in place(asked, calm_phases(asked))]
    return problem_of(asked, part_repeats(asked, start))


@pytest.mark.long
@settings(max_examples=150)
@given(asked=rows(), seed=st.integers(0, 2**64 - 1), heat=st.sampled_from([0, 1, 20, 100]))
def test_both_forms_find_the_same_order(
    compiled_form: Polish, asked: list[Row], seed: int, heat: int
) -> None:
    problem = problem_with(asked)
    effort = Effort(seeds=(seed, 1), epochs=3, moves=500, heat=heat * REPEAT)

    assert compiled_form(problem, effort) == polish(problem, effort)


def test_both_forms_find_the_same_order_of_whole_hours(compiled_form: Polish) -> None:
    for asked in mixed_hours(8, seed=9):
        problem = problem_with(asked)
        effort = replace(FULL, seeds=FULL.seeds[:1], moves=500)

        assert compiled_form(problem, effort) == polish(problem, effort)


@settings(max_examples=30)
@given(asked=rows())
def test_the_first_good_answer_is_the_same_in_both(compiled_form: Polish, asked: list[Row]) -> None:
    assert spread(asked, quick=True, form=compiled_form) == spread(asked, quick=True, form=polish)


def test_a_loop_without_campaigns_and_one_of_two_rows_are_the_same_in_both(
    compiled_form: Polish,
) -> None:
    alone = [Row(9, (10_000,), counted=False), Row(8, (20_000,), counted=False)]
    most = [Row(30, (5_000,), 0), Row(2, (60_000,), 0)]

    for asked in (alone, most):
        assert spread(asked, form=compiled_form) == spread(asked, form=polish)


def test_without_the_compiled_form_there_is_python(tmp_path: Path) -> None:
    assert load(tmp_path / "missing.so") is None
    assert load(SOURCE) is None


def test_a_build_from_another_source_is_not_used(tmp_path: Path) -> None:
    stale = tmp_path / "stale.so"
    made = LIBRARY.read_bytes()
    digest = subprocess.run(["sha256sum", SOURCE], capture_output=True, check=True).stdout[:64]
    stale.write_bytes(made.replace(digest, digest[::-1]))

    assert load(LIBRARY) is not None
    assert made.count(digest) == 1
    assert load(stale) is None


def test_the_command_prints_the_same_bytes_without_the_compiled_form(tmp_path: Path) -> None:
    for package in ("server", "media"):
        (tmp_path / package).symlink_to(ROOT / package)
    shutil.copytree(ROOT / "playlists", tmp_path / "playlists", ignore=lambda *_: ["search.so"])
    items = [
        {"id": f"a{n}", "campaign": f"k{n % 3}", "duration": 5 + n, "plays": 2 + n}
        for n in range(6)
    ]
    form = json.dumps({"items": items})

    printed = [
        subprocess.run(
            [sys.executable, "-m", "server.cli", "loop", "build", "-"],
            input=form,
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for folder in (ROOT, tmp_path)
    ]

    assert printed[0] == printed[1]
    assert len(json.loads(printed[0])["slots"]) == sum(item["plays"] for item in items)
