"""`python3 -m anping_kiosk`: keep the player on this screen until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from anping_kiosk.browser import Browser
from anping_kiosk.judgement import Act, Judge
from anping_kiosk.pipe import Gone
from anping_kiosk.settings import Settings, WrongSetting, read
from anping_kiosk.systemd import notify
from anping_kiosk.torn_logs import cut_torn_logs

ASK_EVERY_S = 2.0
FIRST_PAUSE_S = 0.5
MOST_PAUSE_S = 10.0
WELL_S = 60.0
"""A browser that ran for so long was well: the pause before the next start is short again."""


class Stopped(Exception):
    """SIGTERM or SIGINT arrived."""


def main() -> int:
    """Run until stopped; exit 0 then, 78 for a wrong setting (sysexits.h)."""
    try:
        settings = read(os.environ)
    except WrongSetting as wrong:
        print(wrong, file=sys.stderr)  # noqa: T201 - systemd's journal
        return 78
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        _keep(settings)
    except Stopped:
        return 0
    return 1


def _keep(settings: Settings) -> None:
    pause_s = FIRST_PAUSE_S
    while True:
        began = time.monotonic()
        why = _run_once(settings)
        ran_s = time.monotonic() - began
        _log(f"the browser is started again after {ran_s:.1f} s: {why}")
        pause_s = FIRST_PAUSE_S if ran_s > WELL_S else min(pause_s * 2, MOST_PAUSE_S)
        time.sleep(pause_s)


def _run_once(settings: Settings) -> str:
    """One run of the browser, until it ends or has to be ended; why."""
    try:
        with _browser(settings) as browser:
            return _watch(browser, Judge(settings.origin, time.monotonic()))
    except Gone:
        return "it ended"


def _watch(browser: Browser, judge: Judge) -> str:
    while True:
        browser.ask()
        for seen in browser.events(ASK_EVERY_S):
            now = time.monotonic()
            if seen is None:
                _log("the page crashed")
                _carry_out(browser, judge.crash(now))
            else:
                notify("WATCHDOG=1")
                _carry_out(browser, judge.answer(seen, now))
        if judge.silence(time.monotonic()) is Act.RESTART:
            return "the page doesn't answer"


def _carry_out(browser: Browser, act: Act) -> None:
    if act is Act.RELOAD:
        _log("the page is loaded anew")
        browser.reload()
    elif act is Act.OPEN:
        _log("the player is opened again: another page was shown")
        browser.open()


@contextmanager
def _browser(settings: Settings) -> Iterator[Browser]:
    _mend_databases(settings)
    browser = Browser(settings)
    try:
        browser.follow_pages()
        notify("READY=1")
        yield browser
    finally:
        browser.end()


def _mend_databases(settings: Settings) -> None:
    try:
        for log in cut_torn_logs(settings.profile):
            _log(f"a power cut tore {log.relative_to(settings.profile)}: its torn end is cut off")
    except OSError as error:
        # The browser judges for itself: a screen that stays dark would be worse.
        _log(f"the browser's databases can't be checked: {error}")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - systemd's journal


if __name__ == "__main__":
    sys.exit(main())
