"""A day and a half in the district: from the first sign-in to Tuesday afternoon."""

from pathlib import Path

from server.campaigns.workflow.state_clock import advance
from server.operations.demo.past_weeks.disputed_plays import raise_doubts
from server.operations.demo.past_weeks.photos import on_site
from server.operations.supervisor.first_run import prepare
from server.playlog.ingest.flask_extension import playback_of
from server.simulator.wire.inside import inside
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.jobs import run_jobs
from tests.support.app.world import World, make_world
from tests.support.district import content, geography, inventory
from tests.support.district.contact_history import Hearing
from tests.support.district.duties import follow_up_the_dark, notified_by_gateway
from tests.support.district.inventory import District
from tests.support.district.office import Official
from tests.support.district.releases import reload_many, roll_out
from tests.support.district.spot_checks import check_some
from tests.support.plays.on_air import keep_house

ADMIN_PASSWORD = "first password 2026"
BEGIN_MS = START_MS - 24 * HOUR_MS  # Monday 09:00
NOW_MS = START_MS + 6 * HOUR_MS  # Tuesday 15:00
STEP_MS = HOUR_MS
SILENT = ("站台灯箱屏",)  # off since Tuesday 10:00: its plays are still to come
ON_THE_WAY_MS = 1_900
SILENT_SINCE_MS = START_MS + HOUR_MS
WITHOUT_POWER = "前台"
POWER_CUT_MS = START_MS + 4 * HOUR_MS  # 13:00; it is back an hour later


def make_district(folder: Path) -> District:
    """Everything, up to Tuesday 15:00; takes about a minute."""
    here = found(folder)
    geography.put_on_the_map(here)
    geography.run_a_line(here)
    content.prepare_media(here, folder)
    content.sign_media(here)
    content.make_lists(here)
    inventory.bind_screens(here)
    content.plan_campaigns(here)
    run_jobs(here.world.core)
    with notified_by_gateway(here):
        hearing = Hearing(here, BEGIN_MS // 1000)
        _let_time_pass(here, hearing)
        _afternoon(here, hearing)
    return here


def found(folder: Path) -> District:
    """A server with its administrator, units, people and venues, and nothing to show yet."""
    world: World = make_world(folder, admin_password=ADMIN_PASSWORD)
    world.clock.at_ms = BEGIN_MS
    prepare(world.core, lambda _text: None)
    here = District(world, Official(world, "admin", ADMIN_PASSWORD).signs_in())
    inventory.settle(here)
    inventory.open_venues(here)
    return here


def _let_time_pass(here: District, hearing: Hearing) -> None:
    world = here.world
    _spoil_some(here)
    while world.clock.now_ms() < NOW_MS:
        now_ms = world.clock.now_ms()
        for name, player in here.players.items():
            if name not in SILENT or now_ms <= SILENT_SINCE_MS:
                player.live()
        dark = now_ms == POWER_CUT_MS
        if dark:
            here.players[WITHOUT_POWER].box.cut()
        world.clock.forward(STEP_MS)
        advance(world.core)
        away = SILENT if now_ms >= SILENT_SINCE_MS else ()
        hearing.goes_on((*away, WITHOUT_POWER) if dark else away)
        run_jobs(world.core)
    keep_house(world)


def _spoil_some(here: District) -> None:
    """A few plays go wrong, as they do: some cut short, some that can't be decoded."""
    here.players["车厢前部"].trouble = dict.fromkeys(range(3_100, 3_900, 90), (0.4, None))
    here.players["前台"].trouble = dict.fromkeys(range(4_200, 5_000, 120), (0.0, "decode_error"))


def _afternoon(here: District, hearing: Hearing) -> None:
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
        **{"from": "2026-11-24T13:00:00+08:00", "until": "2026-11-24T14:00:00+08:00"},
    )
    follow_up_the_dark(here)
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
    _receive_orders(here)
    lin.does("DELETE", f"/stop/{stop}")
    run_jobs(here.world.core)
    check_some(here)
    _plan_works(here)
    reload_many(here, _awake(here))
    roll_out(here, _awake(here))
    hearing.goes_on(SILENT)
    run_jobs(here.world.core)
    keep_house(here.world)


def _awake(here: District) -> list[str]:
    return [name for name in here.players if name not in SILENT]


def _receive_orders(here: District) -> None:
    """Screens receive their orders two to four seconds later, and show them for a minute."""
    awake = [here.players[name] for name in _awake(here)]
    here.world.clock.forward(ON_THE_WAY_MS)
    for place, player in enumerate(awake):
        if place == len(awake) // 2:
            here.world.clock.forward(ON_THE_WAY_MS)
        player.live()
    here.world.clock.forward(MINUTE_MS)
    for player in awake:
        player.live()


def _plan_works(here: District) -> None:
    """A morning of works at the bank, the papers of two days."""
    here.chen.makes(
        "/maintenance",
        screen_ids=[here.screens["营业厅"]],
        reason="更换电源",
        **{"from": "2026-11-26T08:00:00+08:00", "until": "2026-11-26T12:00:00+08:00"},
    )
    papers = {"from": "2026-11-23", "to": "2026-11-24"}
    here.chen.makes("/assessment-packs", unit_ids=[here.units["卫健科"]], **papers)
    run_jobs(here.world.core)


def _report_by_hand(here: District) -> None:
    """The mall's own screens show it from a stick: eight days with a photo, to be approved."""
    attestation = here.chen.makes(
        "/attestations",
        venue_id=here.venues["万象商场"],
        days=7,
        plays_per_day=60,
        person="郑洁",
        note="中庭大屏，U 盘循环播放。",
        **{"from": "2026-11-16", "to": "2026-11-23"},
    )
    here.chen.uploads("现场.jpg", on_site("slogan", 7), f"/attestations/{attestation}/photos")


def _put_some_aside(here: District) -> None:
    """A box whose memory card may have been copied, and one with another server's log."""
    world = here.world
    disks = {name: player.box.disk for name, player in here.players.items()}
    raise_doubts(world.core, playback_of(world.app), inside(world.app), disks)
