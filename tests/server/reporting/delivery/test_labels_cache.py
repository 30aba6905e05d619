"""Labels that are remembered are those that would be made now."""

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import update

from server.foundation.civil_time import Civil
from server.foundation.db.session import Database, open_database
from server.inventory.screens.models import Screen
from server.inventory.venues.models import Venue
from server.reporting.delivery.labels import Label, labels
from server.reporting.delivery.labels_cache import LabelsCache
from server.reporting.delivery.queries import FEW
from server.reporting.delivery.selection import GroupBy
from tests.support.app.inventory import make_venue
from tests.support.app.world import World

MANY = FEW + 1
NOWHERE: Mapping[int, int] = {}


@pytest.fixture
def screens(world: World) -> list[int]:
    """More than go into a query by number, at two venues in turn."""
    venues = [make_venue(world, name=name) for name in ("城关支行", "第一小学")]
    shape = {"width": 1920, "height": 1080, "rendition_class": "landscape-1080p"}
    with world.core.config.write() as session:
        rows = [
            Screen(venue_id=venues[one % 2], name=f"屏{one}", created_at=1, **shape)
            for one in range(MANY)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


@pytest.fixture
def elsewhere(world: World) -> Iterator[Database]:
    """The configuration as another process has it."""
    engine = world.core.config.engine
    url = engine.url.render_as_string(hide_password=False)
    other = open_database(url, world.core.config.schema)
    yield other
    other.engine.dispose()


class Asking:
    """Asks for labels of the same kind again and again."""

    def __init__(self, world: World, group_by: GroupBy = "screen") -> None:
        self._world = world
        self._group_by = group_by
        self._civil = Civil(world.core.settings.zone)
        self._cache = LabelsCache()

    def labels(self, keys: list[int], placements: Mapping[int, int] = NOWHERE) -> list[Label]:
        """The cached labels, compared with new ones."""
        with self._world.core.config.read() as session:
            found = self._cache.of(session, self._group_by, keys, self._civil, placements)
            assert found == labels(session, self._group_by, keys, self._civil, placements)
        return found


def test_what_nobody_has_renamed_keeps_its_label(world: World, screens: list[int]) -> None:
    asking = Asking(world)

    first, again = asking.labels(screens), asking.labels(screens)

    assert [one.name.zh for one in first[:2]] == ["城关支行 屏0", "第一小学 屏1"]
    assert all(one is other for one, other in zip(first, again, strict=True))


def test_another_process_renames_a_screen(
    world: World, screens: list[int], elsewhere: Database
) -> None:
    asking = Asking(world)
    asking.labels(screens)
    with elsewhere.write() as session:
        session.execute(update(Screen).where(Screen.id == screens[0]).values(name="门口屏"))

    assert asking.labels(screens)[0].name.zh == "城关支行 门口屏"


def test_another_process_renames_a_venue(
    world: World, screens: list[int], elsewhere: Database
) -> None:
    asking = Asking(world)
    asking.labels(screens)
    with elsewhere.write() as session:
        session.execute(update(Venue).where(Venue.name == "城关支行").values(name="城北支行"))

    assert asking.labels(screens)[0].name.zh == "城北支行 屏0"


@pytest.mark.slow
def test_another_process_moves_a_screen(
    world: World, screens: list[int], elsewhere: Database
) -> None:
    asking = Asking(world)
    before = asking.labels(screens)
    with elsewhere.write() as session:
        venue = session.get_one(Screen, screens[1]).venue_id
        session.execute(update(Screen).where(Screen.id == screens[0]).values(venue_id=venue))

    assert before[0].name.zh == "城关支行 屏0"
    assert asking.labels(screens)[0].name.zh == "第一小学 屏0"


def test_a_screen_is_named_by_its_venue_of_that_time(world: World, screens: list[int]) -> None:
    asking = Asking(world)
    here = asking.labels(screens)[0]
    with world.core.config.read() as session:
        there = session.get_one(Screen, screens[1]).venue_id

    assert here.name.zh == "城关支行 屏0"
    assert asking.labels(screens, {screens[0]: there})[0].name.zh == "第一小学 屏0"
    assert asking.labels(screens)[0] is here


def test_a_deleted_object_is_named_by_its_id(world: World, screens: list[int]) -> None:
    gone = max(screens) + 1

    found = Asking(world).labels([*screens, gone], {gone: 1, screens[0]: 999_999})

    assert (found[-1].name.zh, found[0].name.zh) == (f"s_{gone}", "屏0")


def test_many_venues_are_remembered_too(world: World, elsewhere: Database) -> None:
    venues = [make_venue(world, name=f"网点{one}") for one in range(3)]
    asking = Asking(world, "venue")
    keys = [*venues, *range(1_000, 1_000 + MANY)]
    first, again = asking.labels(keys), asking.labels(keys)
    with elsewhere.write() as session:
        session.execute(update(Venue).where(Venue.id == venues[0]).values(name="总行"))

    assert first[0] is again[0]
    assert asking.labels(keys)[0].name.zh == "总行"
