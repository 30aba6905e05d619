"""The runner of the tests' commands ends with the process of the tests, silently."""

import subprocess
import sys

import pytest

from tests.support.processes.server import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long]

ONE_COMMAND = """
from tests.support.processes.cli import operate
print(operate("--help").returncode)
"""


def test_its_interpreter_is_waited_for() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", ONE_COMMAND],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("0\n", "")
