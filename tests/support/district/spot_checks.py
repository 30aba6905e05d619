"""Spot checks of the story: some judged, some that wait, one without answer, one photo to take."""

from collections.abc import Iterator

from PIL import Image, ImageDraw

from server.foundation.public_ids import number
from server.gateway.commands.expected_picture import expected_pictures, pictures
from server.reporting.spot_checks.capture import take
from tests.support.app.clock import HOUR_MS, MINUTE_MS, START_MS
from tests.support.app.inventory import BoundScreen
from tests.support.devices.command_responder import Line
from tests.support.devices.socket_player import SocketPlayer
from tests.support.district.inventory import District, number_of
from tests.support.factories.screenshots import data_url, jpeg
from tests.support.reporting.spot_checks import live_of, make_check

LANDSCAPE, PORTRAIT = (960, 540), (540, 960)
PER_DAY = 30
DRAWN = ("宣传栏屏", "大堂东侧", "取药窗口", "入口大屏", "候车厅", "入口立屏", "咨询台", "叫号区")
CHECKED = (
    ("门诊大厅", LANDSCAPE, True),
    ("前台", PORTRAIT, True),
    ("咨询台", LANDSCAPE, False),
    ("取药窗口", LANDSCAPE, True),
)


def check_some(here: District) -> None:
    """Checks drawn and judged in two days, and four answered just now: one screen is black."""
    world, judge = here.world, here.lin
    here.admin.signs_in().does("PATCH", "/spot-checks/plan", per_day=PER_DAY)
    screens = [number_of(here.screens[name]) for name in DRAWN]
    lin = number("user", str(judge.does("GET", "/me")["id"]))
    for place, asked_at in enumerate(_drawn_at()):
        screen, judged_at = screens[place % len(screens)], asked_at + 12 * MINUTE_MS
        make_check(
            world, screen, verdict="good", judged_by=lin, judged_at=judged_at, asked_at=asked_at
        )
    mute = number_of(here.screens["车厢前部"])
    make_check(world, mute, state="no_answer", asked_at=START_MS + 5 * HOUR_MS + 51 * MINUTE_MS)
    for name, size, shows in CHECKED:
        _check(here, name, size, shows=shows)
    due = world.clock.now_ms() + 10 * MINUTE_MS
    make_check(world, screens[0], kind="photo", state="asked", due_at=due)


def _drawn_at() -> Iterator[int]:
    """Thirty-six instants in the hours in which all of these screens are on."""
    for begin_ms in (START_MS - 23 * HOUR_MS, START_MS + 20 * MINUTE_MS):
        for place in range(18):
            yield begin_ms + (18 * place + place % 5) * MINUTE_MS


def _check(here: District, name: str, size: tuple[int, int], *, shows: bool) -> None:
    world, screen = here.world, number("screen", here.screens[name])
    with world.core.config.read() as session:
        now_ms = world.clock.now_ms()
        (one, *_) = expected_pictures(session, screen, (now_ms, now_ms), now_ms)
        picture = next(iter(pictures(world.core, one, size)))
    shown = picture.resize(size) if shows else Image.new("RGB", size)
    ImageDraw.Draw(shown).text((8, size[1] - 18), "2026-11-24T15:01 9f3c", fill="yellow")
    token = here.players[name].player.token
    player = SocketPlayer(world, BoundScreen(screen, 0, token, ""))
    line = Line({"ok": True, "result": {"image": data_url(jpeg(shown))}})
    take(world.core, live_of(world), line, make_check(world, screen, state="asked"))
    player.leave()
