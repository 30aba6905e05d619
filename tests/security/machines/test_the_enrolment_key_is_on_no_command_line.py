"""Everybody on a box reads command lines: the key that binds boxes is on none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow

KEY = "ane_secret-KEY"
ADDRESS = "https://anping.example/player/"
# A browser that records its arguments, shows one page, and records its input.
FAKE = """#!{python}
import json, os, sys
with open({notes!r}, "w") as notes:
    notes.write(json.dumps(sys.argv) + "\\n")
    notes.flush()
    page = {{"sessionId": "P", "targetInfo": {{"type": "page"}}}}
    event = {{"method": "Target.attachedToTarget", "params": page}}
    os.write(4, json.dumps(event).encode() + b"\\0")
    while part := os.read(3, 65536):
        notes.write(part.replace(b"\\0", b"\\n").decode())
        notes.flush()
"""


# As the box runs it: in a process of its own, whose descriptors are few.
KIOSK = """
import sys
from pathlib import Path
from anping_kiosk.browser import Browser
from anping_kiosk.settings import Settings
fake, profile, notes, address, enrol = sys.argv[1:]
browser = Browser(Settings(address, Path(profile), fake, enrol=enrol, serial="A7"))
browser.follow_pages()
for _ in range(600):
    list(browser.events(0.1))
    browser.ask()
    if "Runtime.evaluate" in Path(notes).read_text():
        break
browser.end()
"""


def _started(tmp_path: Path, enrol: str) -> list[str]:
    notes, fake = tmp_path / "notes", tmp_path / "browser"
    notes.touch()
    fake.write_text(FAKE.format(python=sys.executable, notes=str(notes)))
    fake.chmod(0o755)
    arguments = [str(fake), str(tmp_path / "profile"), str(notes), ADDRESS, enrol]
    subprocess.run(
        [sys.executable, "-c", KIOSK, *arguments],
        env={"PYTHONPATH": str(ROOT / "deploy/kiosk"), "PATH": "/usr/bin:/bin"},
        check=True,
    )
    return notes.read_text().splitlines()


def test_the_browser_gets_it_through_the_pipe(tmp_path: Path) -> None:
    called, *messages = _started(tmp_path, KEY)

    assert KEY not in called
    assert json.loads(called)[-1] == "about:blank"
    urls = [one["params"]["url"] for one in map(json.loads, messages) if "url" in one["params"]]
    assert urls == [f"{ADDRESS}#enrol={KEY}&serial=A7"]


def test_without_one_the_player_is_opened_at_once(tmp_path: Path) -> None:
    called, *messages = _started(tmp_path, "")

    assert json.loads(called)[-1] == ADDRESS
    assert not any("Page.navigate" in one for one in messages)


def test_the_installer_takes_it_from_a_file_alone() -> None:
    text = (ROOT / "deploy/kiosk/install.sh").read_text()

    assert "--enrol-file) enrol=$(key_in" in text
    assert "--enrol) wrong" in text
