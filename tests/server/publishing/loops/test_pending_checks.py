"""Notes of objects to check: rows that survive a killed job, and merge."""

import pytest

from server.publishing import service
from server.publishing.assignments import rows
from server.publishing.manifests import rebuild_queue
from server.publishing.manifests.rebuild_queue import mark_done, pending, request_rebuild
from server.publishing.tasks import rebuild_loops
from tests.support.app.inventory import make_screen
from tests.support.app.jobs import run_jobs
from tests.support.app.office_api import open_office
from tests.support.app.world import World
from tests.support.factories.assets import make_asset


class Killed(Exception):
    """The job ends in the middle."""


def test_many_notes_are_one_job(world: World) -> None:
    request_rebuild(world.core, [1, 2])
    request_rebuild(world.core, [2, 3])

    assert set(pending(world.core)) == {1, 2, 3}
    assert run_jobs(world.core) == 1
    assert pending(world.core) == {}


def test_no_screens_are_no_note(world: World) -> None:
    request_rebuild(world.core, [])

    assert pending(world.core) == {}


def test_a_note_made_while_the_job_runs_stays(world: World) -> None:
    request_rebuild(world.core, [1])
    taken = pending(world.core)
    request_rebuild(world.core, [1])

    mark_done(world.core, taken)

    assert set(pending(world.core)) == {1}


def test_a_job_that_breaks_off_leaves_its_notes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> int:
        raise Killed

    request_rebuild(world.core)
    monkeypatch.setattr(service, "rebuild", broken)

    with pytest.raises(Killed):
        rebuild_loops(world.core, None)  # type: ignore[arg-type] # the job takes no arguments

    assert set(pending(world.core)) == {rebuild_queue.ALL}


@pytest.mark.slow
def test_only_the_noted_screens_are_checked(world: World) -> None:
    office = open_office(world)
    one, two = make_screen(world).id, make_screen(world).id
    office.publish(make_asset(world))
    mark_done(world.core, pending(world.core))
    request_rebuild(world.core, [two])

    run_jobs(world.core)

    with world.core.config.read() as session:
        assert set(rows.load(session, [one, two])) == {two}
