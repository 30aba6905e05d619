"""docs/capacity.md has the results of the measured figures, and its claims hold by them."""

from dataclasses import replace

import pytest

from tests.bench.capacity import page
from tests.bench.capacity.figures import Figure
from tests.bench.capacity.sizes import MOST_SHARE, Plan, load_of
from tests.bench.capacity.storm import Storm, comeback
from tests.support.processes.server import ROOT


@pytest.mark.slow
def test_the_page_and_the_program_agree() -> None:
    text = page.PAGE.read_text(encoding="utf-8")

    assert page.with_tables(text) == text, "run python -m tests.bench.capacity --write"


@pytest.mark.parametrize("figure", page.measured(), ids=lambda one: one.what[:30])
def test_each_figure_is_in_the_docs_in_these_words(figure: Figure) -> None:
    assert figure.statement in (ROOT / figure.doc).read_text(encoding="utf-8")


def test_a_hundred_thousand_screens_are_two_nodes_and_a_spare() -> None:
    left = page.HUNDRED_THOUSAND.without_one()

    assert (left.nodes, left.cores, load_of(left).screens_a_node) == (2, 4, 50_000)
    assert load_of(left).holds


def test_a_million_are_twenty_nodes_of_fifty_thousand() -> None:
    plan = page.MILLION

    assert (plan.nodes, load_of(plan).screens_a_node) == (20, 50_000)
    assert load_of(plan).holds
    assert load_of(plan.without_one()).holds


def test_all_that_the_page_claims_holds() -> None:
    assert page.shortfalls() == []


def test_too_few_machines_are_found_too_few() -> None:
    assert not load_of(Plan(1_000_000, nodes=12, workers=3, stores=10)).holds
    assert not load_of(Plan(50_000, nodes=1, workers=2)).holds
    assert not load_of(Plan(60_000, nodes=1, workers=1)).holds


def test_a_million_are_too_many_for_one_database_of_plays() -> None:
    assert not load_of(replace(page.MILLION, stores=1)).holds
    assert load_of(Plan(240_000, nodes=5, workers=3)).holds
    assert not load_of(Plan(260_000, nodes=6, workers=3)).holds


def test_batches_grow_where_one_writer_could_not_follow() -> None:
    few, many = load_of(Plan(5_000, 1, 1)), load_of(page.MILLION)

    assert few.plays_a_batch == 1
    assert many.plays_a_batch > 1
    assert max(few.writer_share, many.writer_share) <= MOST_SHARE
    assert few.late_s < many.late_s


def test_of_one_screen_it_is_known_when_it_is_back() -> None:
    # It tries after half to all of 1 s, finds the address moved or not, and is served at once.
    found = comeback(Storm(screens=1, workers=1, busy=0.0, moved_s=0.0))
    waits = comeback(Storm(screens=1, workers=1, busy=0.0, moved_s=3.0))

    assert 0.5 < found.last_s < 1.1
    assert found.tries == 1
    assert 3.0 < waits.last_s < 8.0
    assert waits.tries > 1


@pytest.mark.long
@pytest.mark.slow
def test_a_worker_alone_before_too_many_screens_is_late() -> None:
    alone = comeback(Storm(screens=50_000, workers=1, busy=0.3))
    six = comeback(Storm(screens=50_000, workers=6, busy=0.3))

    assert six.last_s < 120 < alone.last_s
    assert six.most_a_second < alone.most_a_second * 7
    assert alone.tries > six.tries


def test_who_must_notice_by_silence_is_back_later() -> None:
    notified = comeback(Storm(10_000, 6, 0.3))
    silent = comeback(Storm(10_000, 6, 0.3, power_lost=True))

    assert silent.half_s > notified.half_s + 20
