"""A day and a half in the district: from the first sign-in to Tuesday afternoon."""

from pathlib import Path

from server.campaigns.sweep import advance
from server.ids import number
from server.playback.extension import playback_of
from server.playback.service import suspect_boot
from server.supervisor.first_run import prepare
from tests.support.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.district import content, places
from tests.support.district.looks import look_at_some
from tests.support.district.office import Official
from tests.support.district.places import District
from tests.support.district.releases import reload_many, roll_out
from tests.support.jobs import run_jobs
from tests.support.on_air import keep_house
from tests.support.plays import make_batch, make_programme
from tests.support.samples import photo
from tests.support.world import World, make_world

ADMIN_PASSWORD = "first password 2026"
BEGIN_MS = START_MS - 24 * HOUR_MS  # Monday 09:00
NOW_MS = START_MS + 6 * HOUR_MS  # Tuesday 15:00
STEP_MS = HOUR_MS
SILENT = ("站台灯箱屏",)  # off since Tuesday 11:00: its plays are still to come
SILENT_SINCE_MS = START_MS + 2 * HOUR_MS


def make_district(folder: Path) -> District:
    """Everything, up to Tuesday 15:00; takes about a minute."""
    here = found(folder)
    content.prepare_media(here, folder)
    content.sign_media(here)
    content.make_lists(here)
    places.bind_screens(here)
    content.plan_campaigns(here)
    run_jobs(here.world.core)
    _let_time_pass(here)
    _afternoon(here)
    return here


def found(folder: Path) -> District:
    """A server with its administrator, units, people and venues, and nothing to show yet."""
    world: World = make_world(folder, admin_password=ADMIN_PASSWORD)
    world.clock.at_ms = BEGIN_MS
    prepare(world.core, lambda _text: None)
    here = District(world, Official(world, "admin", ADMIN_PASSWORD).signs_in())
    places.settle(here)
    places.open_venues(here)
    return here


def _let_time_pass(here: District) -> None:
    world = here.world
    _spoil_some(here)
    while world.clock.now_ms() < NOW_MS:
        for name, player in here.players.items():
            if name not in SILENT or world.clock.now_ms() < SILENT_SINCE_MS:
                player.live()
        world.clock.forward(STEP_MS)
        advance(world.core)
        run_jobs(world.core)
    keep_house(world)


def _spoil_some(here: District) -> None:
    """A few plays go wrong, as they do: some cut short, some that can't be decoded."""
    here.players["车厢前部"].trouble = dict.fromkeys(range(3_100, 3_900, 90), (0.4, None))
    here.players["前台"].trouble = dict.fromkeys(range(4_200, 5_000, 120), (0.0, "decode_error"))


def _afternoon(here: District) -> None:
    """What Tuesday afternoon brings: a boost, a pause, two takeovers, a stop; plays come in."""
    here.again()
    chen, lin = here.chen, here.lin
    chen.does(
        "POST",
        f"/campaigns/{here.campaigns['年末反诈集中宣传']}/boost",
        factor=1.5,
        **{"from": "2026-11-24T16:00:00+08:00", "until": "2026-11-27T18:00:00+08:00"},
        reason="全民反诈宣传周",
    )
    chen.does(
        "POST",
        f"/screens/{here.screens['门厅']}/pause",
        until="2026-11-24T18:00:00+08:00",
        reason="门厅检修",
    )
    _put_some_aside(here)
    chen.makes(
        "/exemptions",
        selector={"screen_ids": [here.screens["前台"]]},
        code="power_cut",
        file="供电公司停电通知〔2026〕12 号",
        note="整条街停电，物业已确认。",
        **{"from": "2026-11-24T13:00:00+08:00", "until": "2026-11-24T14:30:00+08:00"},
    )
    _report_by_hand(here)
    notice = here.assets["紧急提醒：冒充医保局"]
    hospital = {"venue_kinds": ["hospital", "community"]}
    live = chen.makes(
        "/takeovers",
        asset_id=notice,
        selector=hospital,
        label="冒充医保局预警",
        reason="辖区连发警情",
        until="2026-11-24T15:30:00+08:00",
        emergency=True,
    )
    lin.does("POST", f"/takeovers/{live}/approve")
    chen.makes(
        "/takeovers", asset_id=notice, selector={"all": True}, label="全区应急演练", drill=True
    )
    stop = chen.makes("/stop", selector={"screen_ids": [here.screens["候车厅"]]}, mode="safe")
    run_jobs(here.world.core)
    here.world.clock.forward(MINUTE_MS)
    for name, player in here.players.items():
        if name not in SILENT:
            player.live()
            player.live()
    lin.does("DELETE", f"/stop/{stop}")
    run_jobs(here.world.core)
    look_at_some(here)
    _want_to_be_told(here)
    reload_many(here)
    roll_out(here)
    keep_house(here.world)


def _want_to_be_told(here: District) -> None:
    """The office's own gateway, which isn't running yet: the test says so."""
    target = here.chen.makes(
        "/notification-targets",
        name="宣传科值班",
        kind="webhook",
        url="http://127.0.0.1:9/gateway",
        headers={"Authorization": "Bearer 7"},
        codes=["offline", "upstream", "clone_suspected"],
        quiet_hours={"from": "22:00", "until": "06:30"},
    )
    here.chen.does("POST", f"/notification-targets/{target}/test")


def _report_by_hand(here: District) -> None:
    """The mall's own screens show it from a stick: eight days with a photo, to be approved."""
    said = here.chen.makes(
        "/attestations",
        venue_id=here.venues["万象商场"],
        days=7,
        plays_per_day=60,
        person="郑洁",
        note="中庭大屏，U 盘循环播放。",
        **{"from": "2026-11-16", "to": "2026-11-23"},
    )
    path = photo(here.world.core.settings.data.parent / "mall.jpg", size=(1200, 900))
    here.chen.uploads("现场.jpg", path.read_bytes(), f"/attestations/{said}/photos")


def _put_some_aside(here: District) -> None:
    """A box whose memory card may have been copied, and one with another server's log."""
    world, began_ms = here.world, NOW_MS - 2 * HOUR_MS
    screen = number("screen", here.screens["营业厅"])
    suspect_boot(world.core, playback_of(world.app), screen, "7e11a5e5c0b1ed00")
    foreign = make_programme(began_ms, salt=9)
    batch = make_batch(foreign, foreign.slots(began_ms, began_ms + 3 * MINUTE_MS))
    player = here.players["前台"].player
    player.fittings.link.say(player.token, "plays", batch)
