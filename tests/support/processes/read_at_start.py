"""What the web server and its jobs process have read once they have started."""

import json
import subprocess
import sys

from tests.support.processes.server import ROOT

PROGRAM = (
    "import json, sys, server.wsgi, server.blueprints, server.operations.jobs_process.consumer; "
    "print(json.dumps(list(sys.modules)))"
)


def read_at_start() -> set[str]:
    """The names of the modules, by a process of its own."""
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(found.stdout.splitlines()[-1]))
