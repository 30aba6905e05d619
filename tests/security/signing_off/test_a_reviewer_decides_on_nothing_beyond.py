"""A street's reviewer decides on nothing that reaches beyond it, by any route that there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.access import routes, table
from tests.support.access.asking import ask, dump
from tests.support.access.routes import Door
from tests.support.app.town import Town, make_town
from tests.support.app.world import make_world

pytestmark = pytest.mark.slow

REACHING: Final = (
    "campaign_id", "takeover_id", "stop_id", "asset_id", "exemption_id", "attestation_id",
)  # fmt: skip
"""Objects that show or excuse something somewhere."""
ELSEWHERE: Final = {
    "user_id", "notification_target_id", "duty_shift_id", "token_id", "play_export_id",
    "report_schedule_id", "report_file_id", "led_pack_id", "upload", "incident_id",
    "spot_check_id", "venue_id", "screen_id", "maintenance_id", "bulk_id", "assessment_pack_id",
}  # fmt: skip
"""Objects of one unit or person: a foreign one is answered as missing (rules/test_access)."""
READING: Final = {
    "POST /api/v1/campaigns/<campaign_id>/led-packs": "a file for him of what he may read",
    "POST /api/v1/campaigns/<campaign_id>/check": "changes nothing",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    world = make_world(Path(tmp_path_factory.mktemp("town")) / "server")
    yield make_town(world)
    world.close()


def his_doors(town: Town) -> list[Door]:
    """Routes that change something, which his role opens."""
    return [
        door
        for door in routes.of_objects(town.office.world)
        if door.writes and table.may("reviewer", door.guard) and door.name not in READING
    ]


def test_every_route_of_his_is_about_something_that_is_known_here(town: Town) -> None:
    """A new one names its object here, and is tried below if that reaches anywhere."""
    unknown = [
        door.name for door in his_doors(town) if not {*REACHING, *ELSEWHERE} & set(door.objects)
    ]

    assert unknown == []


def test_he_decides_on_nothing_that_reaches_beyond_his_street(town: Town) -> None:
    beyond = {
        "campaign_id": {name: town.submitted(one) for name, one in town.beyond.items()},
        "takeover_id": {name: town.asked(one) for name, one in town.beyond.items()},
        "stop_id": {name: town.stopped(one) for name, one in town.beyond.items()},
        "asset_id": {"shown everywhere": town.next_version()},
        "exemption_id": {"both streets": town.excused()},
        "attestation_id": {"the other street's": town.attested()},
    }
    before, let_in, tried = dump(town.office.world), [], set()
    for door in his_doors(town):
        for kind in set(REACHING) & set(door.objects):
            for name, number in beyond[kind].items():
                tried.add(door.name)
                answer = ask(town.of_street, door, {**routes.OBJECTS, kind: number})
                if answer.status not in (403, 404):
                    let_in.append(f"{door.name} ({name}): {answer.status} {answer.code}")

    assert let_in == [], "\n".join(let_in)
    assert {t: r for t, r in dump(town.office.world).items() if before[t] != r} == {}
    assert len(tried) >= 10
