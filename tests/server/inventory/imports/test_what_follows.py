"""What an import makes happen above: once for all rows, and only where something may change."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.foundation.jobs.models import Job
from server.inventory.screens.events import ScreenAdded, ScreenChanged, ScreensWritten
from server.inventory.venues.events import VenueChanged, VenuesChanged
from server.publishing.models import StaleScreen
from tests.server.inventory.imports.conftest import Office
from tests.support.app.inventory import make_screen, make_venue
from tests.support.factories.tables import csv, send, xlsx

HEAD = ("编号", "名称", "联系电话", "营业时段")


@pytest.fixture
def published(office: Office) -> list[Any]:
    """The published events, in order."""
    notices: list[Any] = []
    for kind in (ScreenAdded, ScreenChanged, ScreensWritten, VenueChanged, VenuesChanged):
        office.world.core.events.listen(kind, notices.append)
    return notices


def stale(office: Office) -> set[int]:
    with office.world.core.config.read() as session:
        return set(session.scalars(select(StaleScreen.screen_id)))


def test_many_new_buses_are_one_notice_and_put_nothing_in(
    office: Office, published: list[Any]
) -> None:
    rows = [(f"苏C·{n}", f"SN{n}") for n in range(60)]

    send(office.wang, "vehicles", xlsx(("车号", "屏序列号"), rows))

    (notice,) = published
    assert (len(notice.added), notice.changed) == (60, ())
    assert stale(office) == set()
    with office.world.core.config.read() as session:
        assert session.scalar(select(func.count(Job.id))) == 0


@pytest.mark.slow
def test_new_strips_are_checked_once_for_their_pictures(office: Office) -> None:
    make_venue(office.world, code="A")
    rows = [(f"SN{n}", "A", 384, 64) for n in range(20)]

    send(office.wang, "screens", xlsx(("序列号", "点位", "宽", "高"), rows))

    with office.world.core.config.read() as session:
        assert session.scalars(select(Job.kind)).all() == ["plan_renditions"]


def test_screens_of_changed_venues_are_planned_again_and_others_are_not(
    office: Office, published: list[Any]
) -> None:
    screens = {}
    for code in ("A", "B", "C"):
        venue = make_venue(office.world, code=code, name=code)
        screens[code] = make_screen(office.world, venue=venue).id

    rows = (("A", "A", "", "全天"), ("B", "B", "139", ""), ("C", "C", "", "09:00-10:00"))
    done = send(office.wang, "venues", csv(HEAD, *rows))

    assert (done.json["changed"], done.json["unchanged"]) == (2, 1)
    assert stale(office) == {screens["C"]}
    assert [type(one) for one in published] == [VenuesChanged]


def test_nothing_is_published_where_nothing_changes(office: Office, published: list[Any]) -> None:
    make_venue(office.world, code="A", name="A")

    send(office.wang, "venues", csv(HEAD, ("A", "A", "", "全天")))

    assert published == []
    audit = office.wang.client.get("/api/v1/audit")
    assert audit.status_code in {200, 403}


def test_a_moved_screen_is_planned_again(office: Office) -> None:
    old, new = (make_venue(office.world, code=code, name=code) for code in ("A", "B"))
    screen = make_screen(office.world, venue=old, serial="SN1")

    send(office.wang, "screens", csv(("序列号", "点位"), ("SN1", "B")))

    assert new
    assert stale(office) == {screen.id}
