"""People who change the same things at the same moment: each rule holds in any order."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from server.accounts.audit_log.reader import first_broken
from server.accounts.models import AuditEntry, Unit
from server.foundation.jobs import service
from tests.support.app.campaigns import act, call, draft, open_office
from tests.support.app.inventory import make_unit, root_unit
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.patience import PATIENCE_S

T = TypeVar("T")


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each gives, all begun at the same moment."""
    together = Barrier(len(works))

    def begin(work: Callable[[], T]) -> T:
        together.wait(PATIENCE_S)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


@pytest.mark.slow
def test_the_audit_trail_stays_one_chain(world: World) -> None:
    people = [sign_in(world, "admin") for _ in range(6)]

    def work(number: int) -> list[int]:
        made = [
            call(people[number], "POST", "/units", name=f"{number}-{each}") for each in range(5)
        ]
        return [answer.status_code for answer in made]

    found = at_once([partial(work, number) for number in range(6)])

    assert found == [[201] * 5] * 6
    with world.core.config.read() as session:
        assert first_broken(session) is None
        assert session.scalar(select(func.count(AuditEntry.id))) == 30


@pytest.mark.slow
def test_of_two_reviewers_one_signs_and_the_other_is_refused(world: World) -> None:
    office = open_office(world)
    reviewers = [office.reviewer, sign_in(world, "reviewer", root_unit(world))]
    for _ in range(4):
        campaign_id = draft(office)
        act(office.author, campaign_id, "submit")

        answers = at_once([partial(act, person, campaign_id, "approve") for person in reviewers])

        assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 412])


def test_a_code_is_given_once(world: World) -> None:
    people = [sign_in(world, "admin") for _ in range(4)]

    answers = at_once(
        [partial(call, one, "POST", "/units", name="甲", code="X-1") for one in people]
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201
    assert all(status in {409, 422} for status in statuses[1:])


def test_a_job_that_many_put_in_waits_once(world: World) -> None:
    def put_in() -> int:
        with world.core.config.write() as session:
            return service.enqueue(session, "rebuild_loops", 1, world.clock.now_ms())

    assert len(set(at_once([put_in] * 6))) == 1


def test_numbers_are_never_used_again(world: World) -> None:
    number = make_unit(world)
    with world.core.config.write() as session:
        session.delete(session.get_one(Unit, number))

    assert make_unit(world) > number


def test_what_reads_see_does_not_change_under_them(world: World) -> None:
    make_unit(world)
    with world.core.config.read() as session:
        before = session.scalar(select(func.count(Unit.id)))
        make_unit(world)
        after = session.scalar(select(func.count(Unit.id)))

    assert before == after
