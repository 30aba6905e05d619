"""The compiled form of the search, where there is one: the same orders, forty times sooner."""

from collections.abc import Sequence
from ctypes import CDLL, POINTER, Array, Structure, byref, c_char_p, c_int32, c_int64, c_uint64
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path

from playlists.search.polish import CAMPAIGN_SCORE
from playlists.search.prices import Rule
from playlists.search.problem import Effort, Kind, Polish, Problem

HERE = Path(__file__).parent / "native"
SOURCE = HERE / "search.c"
LIBRARY = HERE / "search.so"
"""Made from the source by a step of the set-up."""


class _Rule(Structure):
    _fields_ = [
        ("inverse", c_int64),
        ("weight", c_int64),
        ("steepness", c_int64),
        ("repeat_ms", c_int64),
        ("min_gap_ms", c_int64),
        ("max_gap_ms", c_int64),
        ("counted", c_int64),
    ]


class _Problem(Structure):
    _fields_ = [
        ("size", c_int32),
        ("items", c_int32),
        ("campaigns", c_int32),
        ("durations", POINTER(c_int64)),
        ("item_of", POINTER(c_int32)),
        ("campaign_of", POINTER(c_int32)),
        ("item_rules", POINTER(_Rule)),
        ("campaign_rules", POINTER(_Rule)),
    ]


class _Effort(Structure):
    _fields_ = [
        ("epochs", c_int64),
        ("moves", c_int64),
        ("heat", c_int64),
        ("campaign_score", c_int64),
    ]


@cache
def compiled() -> Polish | None:
    """The compiled form, loaded once in a process."""
    return load(LIBRARY)


def load(path: Path) -> Polish | None:
    """The compiled form in that file; None if there is none, or none made from this source."""
    try:
        library = CDLL(str(path))
        library.anping_source.restype = c_char_p
        made_from = library.anping_source()
    except (OSError, AttributeError):
        return None
    if made_from != sha256(SOURCE.read_bytes()).hexdigest().encode():
        return None
    library.anping_search.restype = c_int64
    library.anping_search.argtypes = [
        POINTER(_Problem),
        POINTER(_Effort),
        c_uint64,
        POINTER(c_int32),
    ]

    def polish(problem: Problem, effort: Effort) -> list[int]:
        given = _given(problem)
        asked = _Effort(effort.epochs, effort.moves, effort.heat, CAMPAIGN_SCORE)
        found = []
        for seed in effort.seeds:
            best = (c_int32 * given.size)()
            score = library.anping_search(byref(given), byref(asked), seed, best)
            if score < 0:
                raise MemoryError
            found.append((score, best))
        return list(min(found, key=lambda one: one[0])[1])

    return polish


def _given(problem: Problem) -> _Problem:
    size = len(problem.durations)
    return _Problem(
        size=size,
        items=len(problem.items.rules),
        campaigns=len(problem.campaigns.rules),
        durations=(c_int64 * size)(*problem.durations),
        item_of=_track_of(problem.items),
        campaign_of=_track_of(problem.campaigns),
        item_rules=_rules(problem.items.rules),
        campaign_rules=_rules(problem.campaigns.rules),
    )


def _track_of(kind: Kind) -> Array[c_int32]:
    return (c_int32 * len(kind.track_of))(*kind.track_of)


def _rules(rules: Sequence[Rule]) -> Array[_Rule]:
    return (_Rule * len(rules))(*(_Rule(**asdict(rule)) for rule in rules))
