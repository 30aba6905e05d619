"""The stages of `make test` and `make test-long`, and what a stage is: commands, lanes, budget."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PYTEST: Final = (sys.executable, "-m", "pytest", "-q")
SPREAD: Final = ("--dist", "loadfile", "--no-loadscope-reorder")
"""Whole files to a process, whose tests share what takes long to make; in the order collected, as
files of few long tests must not come last."""
STEAL: Final = ("--dist", "worksteal")
"""Each process begins with a run of neighbouring tests, which often share a district; one that is
done takes half of the tests that another has left. docs/reliability.md, "The gate itself", has the
figures of both."""
RULES_ON_POSTGRESQL: Final = (
    "tests/contracts",
    "tests/rules/schema/test_migrations.py",
    "tests/rules/schema/test_steps_beside_the_last_release.py",
)
QUICK_ON_POSTGRESQL: Final = (
    *(f"tests/server/{name}" for name in ("playlog", "monitoring/uptime", "reporting/raw_log")),
    *(f"tests/server/publishing/loops/test_{name}.py" for name in ("outbox", "tenures", "issuing")),
    "tests/server/accounts/test_audit_trail.py",
    *RULES_ON_POSTGRESQL,
)
"""What is written in SQL of its own: plays, beats, exports; what is locked: orders, the trail. The
rest asks by SQLAlchemy what SQLite answers alike, and is part of `make test-long`."""
ON_POSTGRESQL: Final = ("tests/server", *RULES_ON_POSTGRESQL)
POSTGRESQL: Final = {"ANPING_TEST_DATABASE": "postgresql"}
PAGES: Final = "tests/server/web/console"
BROWSER: Final = "mark.browser"
"""Contained in each file with tests of browsers, as they are marked nowhere else."""
SMOKE: Final = tuple(
    f"tests/player/smoke/{name}.test.js" for name in ("smoke", "faults", "release")
)


@dataclass(frozen=True)
class Command:
    """One program of a lane; its results are read from its JUnit file."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    counts_tests: bool = True

    @property
    def is_node(self) -> bool:
        """Whether node's test runner runs it."""
        return self.words[0] == "node"

    def with_results(self, results: Path) -> list[str]:
        """The words to run, with where to write the results."""
        if not self.counts_tests:
            return list(self.words)
        if self.is_node:
            node, *rest = self.words
            return [node, *_node_reporters(results), *rest]
        return [*self.words, f"--junitxml={results}", "-o", "junit_family=xunit1"]


@dataclass(frozen=True)
class Stage:
    """Lanes run beside each other, the commands of a lane one after the other.

    `budget_s` is what it should take on two slow hyperthreads; a stage that has taken four times as
    long hangs and is ended. A file of browser tests that failed is run once more, with those tests
    that `retried` selects (an expression of pytest's marks); None: none is.
    """

    name: str
    lanes: Sequence[Sequence[Command]]
    budget_s: int
    retried: str | None = None


def _node_reporters(results: Path) -> list[str]:
    spec = ("--test-reporter=spec", "--test-reporter-destination=stdout")
    return [*spec, "--test-reporter=junit", f"--test-reporter-destination={results}"]


def pytest_run(name: str, *words: str, **environment: str) -> Command:
    """Pytest with these words; results go by the name."""
    return Command(name, (*PYTEST, *words), environment)


def _node(name: str, timeout_ms: int, *files: str) -> Command:
    limits = (f"--test-timeout={timeout_ms}", "--test-concurrency=1")
    return Command(name, ("node", "--test", *limits, *files))


def _files(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))


def _check() -> Command:
    return Command("check", ("make", "--no-print-directory", "check"), counts_tests=False)


def _collect() -> Command:
    """Import every test file once: pytest's rewritten bytecode is three times as quick to load, and
    each process of the next stages would otherwise rewrite all of it for itself."""
    return Command("collect", (*PYTEST, "--collect-only", "-p", "no:xdist"), counts_tests=False)


def _player() -> Command:
    files = [*_files("tests/player/*.test.js"), *_files("tests/console/*.test.js")]
    return _node("player", 120_000, *files)


def _smoke() -> list[Command]:
    """The player in a browser of its own: its files wait most of the time, and use little else."""
    return [_node(f"smoke-{Path(path).name.split('.')[0]}", 900_000, path) for path in SMOKE]


def _pages_and_walks(which: str) -> list[list[Command]]:
    """Two lanes of browsers: pages share one served district, which takes half a minute to make;
    all others make what they need, and mostly wait for screens, so two are walked at once.
    """
    pages = pytest_run("pages", "-m", which, PAGES)
    walks = pytest_run("walks", "-n", "2", *SPREAD, "-m", which, *_files_of_walks())
    return [[pages], [walks]]


def _files_of_walks() -> list[str]:
    """By name: a process that is given all of `tests` takes seconds to find out what it runs."""
    return [
        path
        for path in _files("tests/**/test_*.py")
        if not path.startswith(f"{PAGES}/") and BROWSER in (ROOT / path).read_text("utf-8")
    ]


def gate() -> list[Stage]:
    """All stages that have to pass before a change lands."""
    quick = "not browser and not soak and not timed and not long"
    three = ("-n", "3", *STEAL)  # docs/reliability.md, "The gate itself": two and four take longer
    quick_in_browsers = "browser and not soak and not timed and not long"
    return [
        Stage("check", [[_check()], [_player()], [_collect()]], 40),
        Stage("sqlite", [[pytest_run("sqlite", *three, "-m", quick)]], 420),
        Stage(
            "postgresql",
            [[pytest_run("postgresql", *three, "-m", quick, *QUICK_ON_POSTGRESQL, **POSTGRESQL)]],
            110,
        ),
        Stage(
            "browsers",
            [_smoke(), *_pages_and_walks(quick_in_browsers)],
            330,
            retried=quick_in_browsers,
        ),
    ]


def long() -> list[Stage]:
    """All but what goes on for hours: journeys, faults, all of PostgreSQL, random examples."""
    computing = "not browser and not soak and not timed"
    in_browsers = "browser and not soak and not timed"
    spread = ("-n", "4", *SPREAD, "--hypothesis-profile=random")
    everything = {**POSTGRESQL, "ANPING_TEST_ALL": "1"}
    return [
        Stage("check", [[_check()], [_player()], [_collect()]], 60),
        Stage("sqlite", [[pytest_run("sqlite", *spread, "-m", computing)]], 2400),
        Stage(
            "postgresql",
            [[pytest_run("postgresql", *spread, "-m", computing, *ON_POSTGRESQL, **everything)]],
            2400,
        ),
        Stage(
            "browsers",
            [_smoke(), *_pages_and_walks(in_browsers)],
            1800,
            retried=in_browsers,
        ),
    ]
