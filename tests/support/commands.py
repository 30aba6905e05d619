"""Runs the operator's commands as he does: in a process of their own, on a world's data."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.world import World

ROOT = Path(__file__).parents[2]


def run(world: World, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m server.cli WORDS` and what became of it."""
    named = world.core.settings.database_url
    url = {"ANPING_DATABASE_URL": named} if named else {}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("ANPING_")}
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *words],
        cwd=ROOT,
        input=typed,
        env={**inherited, "ANPING_DATA": str(world.core.settings.data), **url},
        capture_output=True,
        text=True,
        check=False,
    )
