"""The tables of docs/capacity.md, in Markdown."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.bench.capacity import figures
from tests.bench.capacity.figures import Figure
from tests.bench.capacity.sizes import Load, Plan, load_of
from tests.bench.capacity.storm import Storm, comeback

PAGE: Final = Path(__file__).parents[3] / "docs" / "capacity.md"
BEGIN: Final = "<!-- written by `python -m tests.bench.capacity --write`: begin -->"
END: Final = "<!-- end -->"
HUNDRED_THOUSAND: Final = Plan(100_000, nodes=3, workers=3)
"""Two nodes and a spare, which serves too: the failure of an idle spare is found too late."""
MILLION: Final = Plan(1_000_000, nodes=20, workers=3, stores=10)
PLANS: Final = (
    ("one machine, SQLite", Plan(5_000, nodes=1, workers=1, stores=0, cores=2)),
    ("one node", Plan(50_000, nodes=1, workers=3)),
    ("two nodes and a spare", HUNDRED_THOUSAND),
    ("one of them dead", HUNDRED_THOUSAND.without_one()),
    ("twenty nodes", MILLION),
    ("one of them dead", MILLION.without_one()),
)
MOST_BACK_S: Final = 120.0


def _of_one_node(plan: Plan, *, power_lost: bool = False) -> Storm:
    """The screens of one node come to the others."""
    load, left = load_of(plan), plan.without_one()
    workers = left.nodes * left.workers
    return Storm(load.screens_a_node, workers, load.worker_share, power_lost=power_lost)


STORMS: Final = (
    ("100,000 screens, one of three nodes killed", _of_one_node(HUNDRED_THOUSAND)),
    ("the same, its power cut", _of_one_node(HUNDRED_THOUSAND, power_lost=True)),
    ("1,000,000 screens, one of twenty nodes killed", _of_one_node(MILLION)),
    ("the same, its power cut", _of_one_node(MILLION, power_lost=True)),
    (
        "a node of 50,000 started again, with all its screens to itself",
        Storm(50_000, MILLION.workers, load_of(MILLION).worker_share),
    ),
)


def measured() -> list[Figure]:
    """All figures that there are."""
    return [one for one in vars(figures).values() if isinstance(one, Figure)]


def tables() -> str:
    """All of them."""
    return "\n".join((*_figures(), "", *_sizes(), "", *_storms()))


def with_tables(text: str) -> str:
    """The page with these tables. Raises ValueError if it has no place for them."""
    head, _, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError("the page has no place for the tables")
    return f"{head}{BEGIN}\n{tables()}\n{END}{tail}"


def _figures() -> Iterator[str]:
    yield "| measured | | of | where |"
    yield "| ---: | --- | --- | --- |"
    for one in measured():
        where = one.doc.removeprefix("docs/")
        yield f"| {one.value:,.7g} | {one.unit} | {one.what} | [{where}]({where}) |"


def _sizes() -> Iterator[str]:
    loads = [(name, plan, load_of(plan)) for name, plan in PLANS]
    yield "| | " + " | ".join(name for name, _, _ in loads) + " |"
    yield "| --- |" + " ---: |" * len(loads)
    for row, cell in ROWS:
        yield f"| {row} | " + " | ".join(cell(plan, load) for _, plan, load in loads) + " |"


def _storms() -> Iterator[str]:
    yield "| | come back | to workers | half within | last within | tries each | most in a second |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, storm in STORMS:
        found = comeback(storm)
        yield (
            f"| {name} | {storm.screens:,} | {storm.workers} | {found.half_s:.1f} s "
            f"| {found.last_s:.1f} s | {found.tries:.1f} | {found.most_a_second:,} |"
        )


def _share(share: float) -> str:
    return f"{100 * share:.0f} %"


ROWS: Final[tuple[tuple[str, Callable[[Plan, Load], str]], ...]] = (
    ("screens", lambda plan, _: f"{plan.screens:,}"),
    ("machines x cores", lambda plan, _: f"{plan.nodes} x {plan.cores}"),
    ("push workers a machine", lambda plan, _: str(plan.workers)),
    ("databases of plays", lambda plan, _: str(plan.stores or 1)),
    ("screens a machine", lambda _, load: f"{load.screens_a_node:,}"),
    ("sockets a worker (at most 20,000)", lambda _, load: f"{load.sockets_a_worker:,}"),
    ("memory for them, MB a machine", lambda _, load: f"{load.memory_mb:,.0f}"),
    ("a worker's core (at most 70 %)", lambda _, load: _share(load.worker_share)),
    ("nginx's core (at most 70 %)", lambda _, load: _share(load.proxy_share)),
    ("plays a second, all together", lambda _, load: f"{load.plays_a_s:,.0f}"),
    ("plays a batch", lambda _, load: str(load.plays_a_batch)),
    ("a play is held after, s (at most 600)", lambda _, load: f"{load.late_s:.0f}"),
    ("rows of batches written a second", lambda _, load: f"{load.batches_a_s:,.0f}"),
    ("commits of them a second, at least", lambda _, load: f"{load.commits_a_s:,.1f}"),
    ("a database's writer (at most 70 %)", lambda _, load: _share(load.writer_share)),
    ("signatures a second of a worker's core", lambda *_: f"{1e6 / figures.SIGNATURE.value:,.0f}"),
    ("signing for all, each worker its own, s", lambda _, load: f"{load.signing_s:.1f}"),
    ("a takeover to all, each worker its own, s", lambda _, load: f"{load.takeover_s:.1f}"),
    ("plays kept, GB a year", lambda _, load: f"{load.disk_gb_a_year:,.0f}"),
    ("the same where screens sign", lambda _, load: f"{load.signed_gb_a_year:,.0f}"),
    ("holds", lambda _, load: "yes" if load.holds else "**no**"),
)


def write() -> None:
    """Bring the page up to date."""
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def shortfalls() -> list[str]:
    """The claims that don't hold, in words."""
    short = [f"{name}: {load}" for name, plan in PLANS if not (load := load_of(plan)).holds]
    short += [
        f"{name}: the last is back after {found.last_s:.0f} s"
        for name, storm in STORMS
        if (found := comeback(storm)).last_s > MOST_BACK_S
    ]
    return short
