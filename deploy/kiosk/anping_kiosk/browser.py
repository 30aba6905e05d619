"""One run of Chromium: started, asked, reloaded, ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from anping_kiosk.judgement import Seen
from anping_kiosk.pipe import Pipe
from anping_kiosk.settings import Settings

# Chromium (156 does) opens the last two in each window, for an address bar that a kiosk lacks: half
# a second of a processor at each start, and 60 MB.
DISABLED_FEATURES = (
    "Translate",
    "MediaRouter",
    "InfiniteSessionRestore",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
FLAGS = (
    "--kiosk",
    "--remote-debugging-pipe",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-component-update",
    f"--disable-features={','.join(DISABLED_FEATURES)}",
    "--disable-pinch",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--no-default-browser-check",
    "--no-first-run",
    "--noerrdialogs",
    "--overscroll-history-navigation=0",
    "--password-store=basic",
)
BLANK = "about:blank"
ASK = "JSON.stringify([location.href, (document.body && document.body.dataset.state) || ''])"


class Browser:
    """A running Chromium and the one page that it shows."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._page: str | None = None
        self._asked: int | None = None
        forget_locks(settings.profile)
        self._pipe = Pipe()
        self._process = self._started()
        self._pipe.hand_over()

    def follow_pages(self) -> None:
        """Have its pages announced from now on. Raises Gone, as for a browser that can't start."""
        self._pipe.send(
            "Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True
        )

    def ask(self) -> None:
        """Ask the page how it is; the answer comes among the events. Raises Gone."""
        if self._page is not None:
            self._asked = self._pipe.send("Runtime.evaluate", self._page, expression=ASK)

    def reload(self) -> None:
        """Reload the current page, also a crashed one. Raises Gone."""
        if self._page is not None:
            self._pipe.send("Page.reload", self._page)

    def open(self) -> None:
        """Go to the player from wherever the page is. Raises Gone."""
        if self._page is not None:
            self._pipe.send("Page.navigate", self._page, url=self._settings.start)

    def events(self, within_s: float) -> Iterator[Seen | None]:
        """Answers of the page, and None for each crash. Raises Gone."""
        for message in self._pipe.messages(within_s):
            self._attach(message)
            if message.get("method") == "Inspector.targetCrashed":
                yield None
            elif self._asked is not None and message.get("id") == self._asked:
                yield from _seen(message)

    def end(self) -> None:
        """Kill the browser with all its processes."""
        self._pipe.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _attach(self, message: dict[str, Any]) -> None:
        if message.get("method") != "Target.attachedToTarget":
            return
        params = message["params"]
        if params["targetInfo"]["type"] == "page":
            is_first, self._page = self._page is None, params["sessionId"]
            self._pipe.send("Inspector.enable", self._page)
            if is_first and self._settings.enrol:
                self.open()

    def _started(self) -> subprocess.Popen[bytes]:
        reads, writes = self._pipe.theirs
        command = [
            self._settings.browser,
            *FLAGS,
            *self._settings.flags,
            f"--user-data-dir={self._settings.profile}",
            # The enrolment key goes through the pipe: anyone on the box can read command lines.
            BLANK if self._settings.enrol else self._settings.start,
        ]
        # Chromium reads commands from descriptor 3 and answers on 4.
        return subprocess.Popen(
            ["/bin/sh", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "sh", *command],
            pass_fds=self._pipe.theirs,
            start_new_session=True,
        )


def forget_locks(profile: Path) -> None:
    """Remove what a browser that lost its power left: with it no new one starts on this profile."""
    profile.mkdir(parents=True, exist_ok=True)
    for lock in profile.glob("Singleton*"):
        lock.unlink(missing_ok=True)


def _seen(message: dict[str, Any]) -> Iterator[Seen]:
    """The answer, unless it is an error: a page that is just being loaded has none."""
    value = message.get("result", {}).get("result", {}).get("value")
    if isinstance(value, str):
        yield Seen(*json.loads(value))
