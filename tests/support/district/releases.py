"""A player release whose roll-out halted by itself; a reload of many that went mostly well."""

from sqlalchemy import select

from server.ids import number
from server.realtime.models import BulkAct, BulkOutcome
from server.releases import queries, service
from server.releases.models import ReleaseScreen
from server.releases.service import Halt
from tests.support.clock import MINUTE_MS
from tests.support.district.places import District, number_of
from tests.support.releases import NEW, OLD, build

RULES = {
    "rings": [{"screens": 6, "soak_s": 86_400}, {"percent": 100, "soak_s": 86_400}],
}


def roll_out(here: District) -> None:
    """Six screens of the first ring were told: four run it, two failed."""
    core = here.world.core
    service.register(core, build(OLD))
    release = service.register(core, build(NEW)).id
    here.admin.signs_in()
    here.admin.does("POST", f"/player-releases/R_{release}/start", **RULES)
    now_ms = here.world.clock.now_ms()
    names = list(here.players)
    for name in names:
        here.players[name].box.disk.player = OLD
    with core.config.write() as session:
        row = queries.active(session)
        assert row is not None
        row.ring = 0
        failed = []
        for place, name in enumerate(names[:6]):
            screen, bad = number_of(here.screens[name]), place in (2, 4)
            here.players[name].box.disk.player = OLD if bad else NEW
            failed += [screen] if bad else []
            session.add(
                ReleaseScreen(
                    release_id=row.id,
                    screen_id=screen,
                    ring=0,
                    state="failed" if bad else "updated",
                    told_at=now_ms - 20 * MINUTE_MS,
                    updated_at=0 if bad else now_ms - 19 * MINUTE_MS,
                    failed_at=now_ms - 15 * MINUTE_MS if bad else 0,
                    reason={2: "went_back", 4: "stalled"}.get(place, ""),
                    before=0,
                )
            )
        service.halt_now(session, row, Halt("failures", now_ms - 15 * MINUTE_MS, 0, tuple(failed)))
    for name in names[:8]:
        here.players[name].live()


def reload_many(here: District) -> None:
    """All screens were to reload: one wasn't there, one said nothing."""
    here.chen.signs_in()
    ids = [here.screens[name] for name in here.players]
    act = here.chen.makes("/screens/bulk", action="reload", screen_ids=ids)
    with here.world.core.config.write() as session:
        row = session.get_one(BulkAct, number("bulk_act", act))
        mine = select(BulkOutcome).where(BulkOutcome.bulk_id == row.id)
        for place, one in enumerate(session.scalars(mine.order_by(BulkOutcome.screen_id))):
            one.state = {1: "offline", 3: "no_answer"}.get(place, "answered")
            one.at = row.created_at + 200 * place
        row.finished_at = row.created_at + 12_000
