"""A knock never fails: the rows are there, and the next poll finds them."""

import os
import resource
from pathlib import Path

from server.publishing.assignments.outbox import knock
from tests.support.app.world import World


def test_where_no_more_files_can_be_opened_nobody_is_woken_and_nothing_breaks(
    world: World,
) -> None:
    former = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(one.name) for one in Path("/proc/self/fd").iterdir())
    taken: list[int] = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, former[1]))
    try:
        while len(taken) <= highest:
            try:
                taken.append(os.dup(0))
            except OSError:
                break
        knock(world.core.settings.data)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, former)
        for one in taken:
            os.close(one)
