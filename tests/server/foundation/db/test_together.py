"""Callers who come while one is being written are written together, and none spoils another's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from server.accounts.models import Unit
from server.foundation.db.group_transaction import GroupWriter
from server.foundation.db.session import Database
from server.foundation.errors import NotFound
from tests.support.app.transactions import counted_writes
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S, until


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> list[Database]:
    """Each that writes."""
    return counted_writes(monkeypatch)


def named(name: str) -> Callable[[Session], str]:
    """Make a unit of this name."""

    def work(session: Session) -> str:
        session.add(Unit(path="", name=name))
        session.flush()
        return name

    return work


def names(world: World) -> set[str]:
    with world.core.config.read() as session:
        return set(session.scalars(select(Unit.name)))


def all_at_once(group_writer: GroupWriter, works: list[Callable[[Session], str]]) -> list[object]:
    """What became of works that all wait while the first is being written."""

    def first(session: Session) -> str:
        until("the others", lambda: len(group_writer._waiting) == len(works))
        return named("first")(session)

    def outcome(work: Callable[[Session], str]) -> object:
        try:
            return group_writer.write(work)
        except Exception as error:  # noqa: BLE001 - compared by the tests
            return type(error).__name__

    with ThreadPoolExecutor(len(works) + 1) as pool:
        leads = pool.submit(outcome, first)
        until("the first", group_writer._turn.locked)
        rest = [pool.submit(outcome, work) for work in works]
        return [one.result(PATIENCE_S) for one in (leads, *rest)]


def test_who_waits_shares_a_transaction(world: World, transactions: list[Database]) -> None:
    group_writer = GroupWriter(world.core.config)

    came = all_at_once(group_writer, [named(one) for one in "abc"])

    assert came == ["first", "a", "b", "c"]
    assert len(transactions) == 2
    assert names(world) >= {"first", "a", "b", "c"}


def test_what_one_raises_is_its_own(world: World, transactions: list[Database]) -> None:
    def refused(session: Session) -> str:
        named("refused")(session)
        raise NotFound

    came = all_at_once(GroupWriter(world.core.config), [named("a"), refused, named("b")])

    assert came == ["first", "a", "NotFound", "b"]
    assert len(transactions) == 2
    assert (names(world) >= {"a", "b"}, "refused" in names(world)) == (True, False)


def test_work_that_spoils_the_transaction_leaves_the_others_theirs(
    world: World, transactions: list[Database]
) -> None:
    def wrong(session: Session) -> str:
        session.execute(text("SELECT * FROM no_such_table"))
        return "never"

    came = all_at_once(GroupWriter(world.core.config), [named("a"), wrong, named("b")])

    assert (came[1], came[3]) == ("a", "b")
    assert came[2] in {"OperationalError", "ProgrammingError"}
    assert names(world) >= {"a", "b"}
    assert len(transactions) == 1 + 1 + 3
