"""docs/api-examples.md is run unchanged: every block, in its order, against a real server."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app.databases import ON_POSTGRES
from tests.support.factories.sample_files import photo
from tests.support.processes.server import RunningServer, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(ON_POSTGRES, reason="what clients send is the same on both"),
]

PAGE = Path(__file__).parents[4] / "docs/api-examples.md"
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
PASSWORD = "first password 2026"
# What a reader's shell keeps from one block to the next, functions too.
KEPT = """set -euo pipefail; set -a
if [ -f kept.sh ]; then . ./kept.sh; fi
{block}
{{ export -p; declare -f; }} > kept.sh
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("examples")
    with serving(folder, admin_password=PASSWORD) as running:
        photo(folder / "poster.jpg", size=(1600, 900))
        yield running


def runs(site: RunningServer, language: str, block: str) -> subprocess.CompletedProcess[str]:
    """A block as its reader would run it, in the folder with his picture."""
    if language == "python":
        (site.folder / "block.py").write_text(block, encoding="utf-8")
        block = f"{sys.executable} block.py"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(site.folder),
        "SERVER": site.base,
        "ADMIN_PASSWORD": PASSWORD,
        "TZ": "Asia/Shanghai",
    }
    return subprocess.run(
        ["bash", "-c", KEPT.format(block=block)],
        cwd=site.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(shutil.which("jq") is None, reason="the examples name jq as what they need")
def test_every_block_does_what_it_describes(site: RunningServer) -> None:
    outputs = []
    for language, block in BLOCKS:
        done = runs(site, language, block)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        outputs.append(done.stdout)

    whole = "\n".join(outputs)
    assert '"username": "admin"' in whole
    assert re.search(r"^v_\d+ s_\d+$", whole, re.MULTILINE)
    assert re.search(r"^(live|approved)$", whole, re.MULTILINE)
    assert "年末反诈集中宣传" in whole
    assert "大堂东侧" in whole
    assert '"state": "live"' in whole
    assert "200 412 changed" in whole


def test_there_are_examples_in_both_languages() -> None:
    assert {language for language, _ in BLOCKS} == {"bash", "python"}
    assert len(BLOCKS) >= 9
