"""Every route that people use, on a disk without a free block: none breaks, each explains it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.foundation.storage.reserve import Reserve
from tests.support.access import routes, table
from tests.support.access.asking import Answer, ask
from tests.support.access.marks import Mark
from tests.support.access.routes import Door
from tests.support.access.street import ROLES, Street, make_street
from tests.support.app.databases import ON_POSTGRES
from tests.support.app.first_run import make_waiting_picture
from tests.support.app.world import World
from tests.support.processes.small_disk import fill, small_disk, world_on

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.long]

DISK_MB = 1024
IN_WORDS = {503, 507}
URGENT = ("/session", "/takeovers", "/stop", "/login", "/logout")
MADE_TO_BE_READ = ["GET /api/v1/plays/export.xlsx"]
"""Sent when it is whole, so it is a file first."""
LEAST_REFUSED = 2 if ON_POSTGRES else 60
"""So many doors write; with PostgreSQL only what needs a file is refused."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", DISK_MB) as folder:
        yield folder


@pytest.fixture
def world(disk: Path) -> Iterator[World]:
    with world_on(disk) as made:
        make_waiting_picture(made)
        yield made


def answers(street: Street) -> Iterator[tuple[Door, Answer]]:
    """Each door, asked by somebody who may."""
    for door in routes.doors(street.world):
        role = next((one for one in ROLES if table.may_with_own(one, door.name, door.guard)), None)
        if role is not None and door.name not in routes.ALONE:
            yield door, ask(street.people[role], door, street.ids_for(role))


def test_reads_are_served_and_writes_are_refused_in_words(world: World, disk: Path) -> None:
    street = make_street(world, Mark("heronQ7"))
    assert Reserve(world.core.settings.data).keep()
    fill(disk)

    found = list(answers(street))

    failed = [(door, answer) for door, answer in found if answer.status >= 500]
    names = [f"{door.name}: {answer.status} {answer.code}" for door, answer in failed]
    assert [one for one, (_, answer) in zip(names, failed, strict=True)
            if answer.status not in IN_WORDS] == []  # fmt: skip
    assert [door.name for door, _ in failed if not door.writes] == MADE_TO_BE_READ
    assert [door.name for door, _ in failed if any(one in door.rule for one in URGENT)] == []
    assert [door.name for door, answer in failed if b"detail" not in answer.content] == []
    assert len(failed) >= LEAST_REFUSED, names
