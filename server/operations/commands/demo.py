"""`demo`."""

import sys
import time
from typing import TYPE_CHECKING

import click

from server.operations.commands.common import (
    WRONG_INPUT,
    echo,
    reaching_database,
    settings_or_stop,
    stop_on_error,
)

if TYPE_CHECKING:
    from server.foundation.config import Settings
    from server.operations.demo.mark import Mark, Parameters


@click.command(help="生成演示区 Make a demo district with virtual screens (./var-demo).")
@click.option("--venues", type=click.IntRange(20, 15_000), help="点位数 200 unless told otherwise")
@click.option("--screens", type=click.IntRange(8, 20_000), help="屏数 300 unless told otherwise")
@click.option("--days", type=click.IntRange(0, 29), help="历史天数 days of history, 21")
@click.option(
    "--plays",
    type=click.IntRange(0),
    help="补多少条历史 so many plays of history, in a district as large as that needs",
)
@click.option("--seed", default=1, show_default=True, help="种子 the same makes the same")
@click.option("--serve", is_flag=True, help="随后启动服务和虚拟屏 then serve, with the screens")
def demo(
    venues: int | None,
    screens: int | None,
    days: int | None,
    plays: int | None,
    seed: int,
    serve: bool,
) -> None:
    """Create the demo if it is missing; with --serve run it, else deliver its history and end."""
    from server.foundation.runtime.logs import set_up_logs
    from server.operations.demo.settings import demo_settings
    from server.operations.demo.size import parameters_for

    started_s = time.time()
    settings = settings_or_stop(demo_settings)
    set_up_logs(settings.log_level)
    parameters = parameters_for(seed, venues, screens, days, plays)
    if serve:
        sys.exit(_serve(settings, parameters, started_s))
    with stop_on_error(), reaching_database():
        _hand_in(settings, _make(settings, parameters), plays)


def _make(settings: "Settings", parameters: "Parameters") -> "Mark":
    from server.operations.demo.builder import make_demo
    from server.operations.supervisor.serve import print_line

    mark = make_demo(settings, parameters, time.time_ns() // 1_000_000, print_line)
    _show_accounts(mark)
    return mark


def _serve(settings: "Settings", parameters: "Parameters", started_s: float) -> int:
    """Create it in a forked process, then run the supervisor with one more child."""
    from server.operations.supervisor.claim import claim
    from server.operations.supervisor.forked_work import start_copy
    from server.operations.supervisor.listening_socket import open_door
    from server.operations.supervisor.serve import JOBS, Child, Supervisor, print_line, serving

    def make() -> None:
        with stop_on_error(), reaching_database():
            _make(settings, parameters)

    with stop_on_error():
        claim(settings)
    status = start_copy(make).wait()
    players = [sys.executable, "-m", "server.operations.demo", str(started_s)]
    with stop_on_error():
        door = open_door(settings.bind)
    beside = [Child("jobs", JOBS), Child("virtual screens", players)]
    children = [*serving(door), *beside]
    return status or Supervisor(settings, print_line, children).run()


def _hand_in(settings: "Settings", mark: "Mark", plays: int | None) -> None:
    """Deliver the history through this process's committer, close days and seal."""
    from server.app import create_app
    from server.operations.demo.builder import PAST
    from server.operations.demo.history import hand_in_all, settle_down
    from server.playlog.ingest.flask_extension import stop_playback
    from server.simulator.fleet.archive import Archive
    from server.simulator.wire.inside import inside

    app = create_app(settings)
    archive = Archive(settings.data / PAST)
    try:
        begun_s = time.monotonic()
        new = hand_in_all(mark, settings.zone, archive, inside(app.wsgi_app), plays)
        took_s = time.monotonic() - begun_s
        stored = settle_down(app)
    finally:
        archive.close()
        stop_playback(app)
    echo(
        f"补入历史播放记录 {new} 条，用时 {took_s:.1f} 秒；库中共 {stored.plays} 条，"
        f"{stored.batches} 批。",
        f"{new} plays of history handed in, in {took_s:.1f} s; the store holds {stored.plays}, "
        f"in {stored.batches} batches.",
    )
    if plays is not None and stored.plays < plays:
        echo(
            "这个演示区的历史没有这么多播放记录，请增加 --screens 或 --days，并换一个空目录。",
            "This demo's past has fewer plays than that: give more --screens or --days, "
            "and an empty folder.",
        )
        sys.exit(WRONG_INPUT)


def _show_accounts(mark: "Mark") -> None:
    """Print the passwords at each start, as it is a demo."""
    from server.operations.demo import names
    from server.operations.supervisor.serve import print_line

    print_line("演示账号 Accounts of the demo:")
    print_line(f"  admin      管理员 Administrator   {mark.passwords['admin']}")
    for username, name, role, _unit, _everywhere in names.PEOPLE:
        print_line(f"  {username:<10} {name} {role:<12} {mark.passwords[username]}")
