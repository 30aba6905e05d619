"""A first start ends with address, account and one-time password; a later one with addresses."""

import re
import signal
from pathlib import Path

import pytest

from tests.support.app.cleanup import at_end
from tests.support.patience import until
from tests.support.processes.server import RunningServer, free_port, start_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FIRST = re.compile(r"^首次登录 First sign-in:  admin  (\S+)$", re.MULTILINE)


def starting(folder: Path, **settings: str) -> RunningServer:
    server = start_server(folder, free_port(), first_run=True, **settings)
    at_end(server.kill_if_running)
    return server


def started(folder: Path, **settings: str) -> RunningServer:
    server = starting(folder, **settings)
    server.wait_until_ready()
    until("the addresses are printed", lambda: "管理后台" in server.printed)
    return server


def logged(server: RunningServer) -> str:
    return (server.folder / "err.txt").read_text(encoding="utf-8")


def test_a_first_start_ends_with_address_account_and_password_and_the_next_has_none(
    tmp_path: Path,
) -> None:
    first = started(tmp_path, log_level="warning")
    until("the password is printed", lambda: FIRST.search(first.printed) is not None)
    printed, log = first.printed, logged(first)
    first.stop()
    (tmp_path / "out.txt").unlink()
    second = started(tmp_path, log_level="warning")
    again = second.printed
    second.stop()

    lines = printed.splitlines()
    assert lines[-2] == f"管理后台 Console:  {first.base}/"
    assert FIRST.fullmatch(lines[-1])
    assert log == ""
    assert FIRST.search(again) is None
    assert f"管理后台 Console:  {second.base}/" in again


@pytest.mark.long
def test_a_first_start_that_is_killed_before_it_printed_starts_over(tmp_path: Path) -> None:
    killed = starting(tmp_path)
    until("it makes its tables", lambda: "Context impl" in logged(killed))
    killed.process.send_signal(signal.SIGKILL)
    killed.process.wait()

    server = started(tmp_path)
    until("the password is printed", lambda: FIRST.search(server.printed) is not None)
    server.stop()
