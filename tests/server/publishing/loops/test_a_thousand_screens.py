"""A thousand screens in forty groups: only changed plans are built and sent.

Real services and tables; the screens are written at once, campaigns come through the API.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from server.inventory.screens.models import Screen
from server.publishing.assignments.issuer import newest_serial
from server.publishing.assignments.rows import AssignmentRecord, load
from server.publishing.queries import outbox
from tests.support.app.campaigns import Office, act, call, live, open_office
from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.app.inventory import make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES, pytest.mark.long]

GROUPS, SCREENS_EACH = 40, 25
CONTENTS = 10
KINDS = ("bank", "school", "hospital", "community", "government_hall")
# So many hours a day that a number of plays a day is another number of plays an hour in each.
OPENINGS = (("08:00", "20:00"), ("08:00", "18:00"), ("09:00", "17:00"), ("10:00", "16:00"))
BOOSTED_CONTENTS = (0, 1)
# From midnight, so that no day is boosted in part and has an hour to make up for its edges.
WEEK = {"from": "2026-11-25T00:00:00+08:00", "until": "2026-12-01T00:00:00+08:00"}
LastSent = dict[int, tuple[int, str]]


def furnish(world: World) -> dict[int, int]:
    """A venue of its own for each group, each with 25 screens; the group of each screen."""
    group_of: dict[int, int] = {}
    for group in range(GROUPS):
        opening = [list(OPENINGS[group // CONTENTS])]
        venue = make_venue(
            world,
            kind=KINDS[group % len(KINDS)],
            name=f"第{group}组",
            hours={str(day): opening for day in range(1, 8)},
            tags=[content_tag(group % CONTENTS)],
        )
        now_ms = world.clock.now_ms()
        shape = {"width": 1920, "height": 1080, "rendition_class": "landscape-1080p"}
        with world.core.config.write() as session:
            rows = [
                Screen(venue_id=venue, name="屏", created_at=now_ms, enrolled_at=now_ms, **shape)
                for _ in range(SCREENS_EACH)
            ]
            session.add_all(rows)
            session.flush()
            group_of |= {row.id: group for row in rows}
    return group_of


def content_tag(content: int) -> str:
    return f"自有内容{content}"


def publishes_content(office: Office) -> tuple[str, str]:
    """Own content for each tag; a campaign for all, and one for two tags. The ids of these two."""
    for content in range(CONTENTS):
        own = {"target": {"kind": "filler"}, "selector": {"tags": [content_tag(content)]}}
        live(office, name=f"自有{content}", **own)
    everywhere = live(office, target={"kind": "plays_per_day", "value": 120})
    tags = [content_tag(content) for content in BOOSTED_CONTENTS]
    some = {"target": {"kind": "plays_per_day", "value": 240}, "selector": {"tags": tags}}
    return everywhere, live(office, **some)


def last_sent(world: World, group_of: dict[int, int]) -> LastSent:
    """The version and manifest last sent to each screen."""
    with world.core.config.read() as session:
        rows: dict[int, AssignmentRecord] = load(session, group_of)
    return {key: (row.version, row.manifest) for key, row in rows.items()}


def loops_built(work: Callable[[], Any]) -> int:
    """How many loops were really compiled while the work was done."""
    with capture_logs() as logged:
        work()
    return sum(one["event"] == "loop_built" for one in logged)


def renames(office: Office, campaign_id: str) -> None:
    """Publish once more, under another name: the screens play the same."""
    assert act(office.author, campaign_id, "revise").status_code == 200
    assert call(office.author, "PATCH", f"/campaigns/{campaign_id}", name="新名").status_code == 200
    assert act(office.author, campaign_id, "submit").status_code == 200
    assert act(office.reviewer, campaign_id, "approve").status_code == 200


def test_only_groups_that_a_boost_touches_are_built_and_notified(world: World) -> None:
    make_asset(world, builtin=True, name="等待画面")
    office = open_office(world)
    group_of = furnish(world)
    everywhere, some = publishes_content(office)
    affected = {one for one in range(GROUPS) if one % CONTENTS in BOOSTED_CONTENTS}

    def jobs() -> None:
        run_jobs(world.core)

    began = time.monotonic()
    at_first = loops_built(jobs)
    first_s = time.monotonic() - began
    before = last_sent(world, group_of)

    # Equal inputs, equal manifest; forty groups, forty manifests.
    assert len({(group_of[key], manifest) for key, (_, manifest) in before.items()}) == GROUPS
    assert len({manifest for _, manifest in before.values()}) == GROUPS
    assert at_first == GROUPS

    def order_the_boost() -> None:
        boosted = {"factor": 2, "reason": "专项行动", **WEEK}
        assert act(office.author, some, "boost", **boosted).status_code == 200

    assert loops_built(order_the_boost) == 0
    began = time.monotonic()
    for_the_boost = loops_built(jobs)
    boost_s = time.monotonic() - began
    after = last_sent(world, group_of)
    changed = {key for key in group_of if after[key] != before[key]}

    print(
        f"{len(group_of)} screens in {GROUPS} groups: {at_first} loops in {first_s:.1f} s; a boost "
        f"on {len(affected)} groups: {for_the_boost} loops in {boost_s:.1f} s, "
        f"{len(changed)} assignments"
    )
    assert for_the_boost == len(affected)
    assert {group_of[key] for key in changed} == affected
    assert len(changed) == len(affected) * SCREENS_EACH
    assert {after[key][0] - before[key][0] for key in changed} == {1}

    with world.core.config.read() as session:
        serial = newest_serial(session)
    assert loops_built(lambda: renames(office, everywhere)) == 0
    assert loops_built(jobs) == 0
    assert last_sent(world, group_of) == after
    with world.core.config.read() as session:
        assert outbox(session, serial) == []
