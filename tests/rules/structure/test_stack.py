"""The five parts that the product is built on are each on the path of its main job.

For each, the import is made impossible in a process of its own; the step that rests on it fails.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {name!r}:
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Block())
"""
SERVE = "import server.wsgi, server.blueprints"
PICTURE = "import media.images.worker"
CLIP = "import media.video.transcode"


def run_without(module: str, step: str) -> subprocess.CompletedProcess[str]:
    code = (BLOCK.format(name=module) if module else "") + step
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("step", [SERVE, PICTURE, CLIP])
def test_each_step_runs_when_nothing_is_missing(step: str) -> None:
    done = run_without("", step)

    assert done.returncode == 0, done.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("module", "step"),
    [
        ("flask", SERVE),
        ("flask_socketio", SERVE),
        ("PIL", PICTURE),
        ("ffmpeg", CLIP),
    ],
)
def test_the_step_that_rests_on_a_part_fails_without_it(module: str, step: str) -> None:
    done = run_without(module, step)

    assert done.returncode != 0
    assert f"blocked: {module}" in done.stderr


def test_who_serves_nothing_imports_no_route() -> None:
    """Jobs and commands import the application for its core alone."""
    program = ast.parse((ROOT / "server/app.py").read_text(encoding="utf-8")).body
    imported = {line.module for line in program if isinstance(line, ast.ImportFrom)}

    assert "server.foundation.core" in imported
    assert "server.blueprints" not in imported


def test_gunicorn_is_what_serve_starts() -> None:
    from server.operations.supervisor.serve import WEB

    assert WEB[1:3] == ["-m", "gunicorn"]
    assert (ROOT / "deploy/gunicorn.py").exists()


def test_players_reach_flask_socketio_and_pages_reach_flask() -> None:
    from flask import Flask
    from flask_socketio import SocketIO

    from server.app import create_app
    from server.foundation.rest.flask_extensions import socketio

    assert isinstance(socketio, SocketIO)
    assert Flask in create_app.__annotations__["return"].__mro__
