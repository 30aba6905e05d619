"""`deploy/setup.sh` on other machines: their programs are doubles, nothing is installed."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow
REAL = (
    *("awk", "bash", "cat", "chmod", "cut", "dirname", "find", "grep", "head", "ls", "mkdir", "mv"),
    *("printf", "readlink", "rm", "sed", "sha256sum", "sort", "sync", "tail", "touch", "tr"),
)
"""What every machine has."""
THERE = ("ffmpeg", "jq", "Xvfb", "certutil", "strace", "nginx", "redis-server", "promtool")
PYTHON = """
case "$*" in
    --version) echo "Python 3.12.1" ;;
    "-m venv --clear .venv")
        echo "a venv" >>made
        mkdir -p .venv/bin
        for one in python gunicorn pybabel pytest; do printf '#!/bin/sh\\n' >.venv/bin/$one; done
        printf '#!/bin/sh\\necho "$2 $3" >>made\\n' >.venv/bin/python
        mkdir -p server/web/translations/en/LC_MESSAGES
        touch server/web/translations/en/LC_MESSAGES/messages.mo
        chmod +x .venv/bin/* ;;
esac
"""
NPM = """
echo "npm $1 $2" >>made
mkdir -p node_modules/.bin server/web/static/vendor player/dist player/preview/dist
touch node_modules/.bin/esbuild server/web/static/vendor/a.js
touch player/dist/index.html player/preview/dist/index.html
"""
COMPILER = 'while [ "$#" -gt 0 ]; do [ "$1" != -o ] || touch "$2"; shift; done'
PRINTS = 'echo "{} version {}"'
SHM = 'echo Filesystem; echo "tmpfs 9 9 {} 1% /dev/shm"'
SOURCES = (
    *("requirements.txt", "requirements-dev.txt", "package.json", "package-lock.json"),
    *(f"deploy/build/{name}.mjs" for name in ("vendor", "styles", "pages", "player")),
    *("playlists/search/native/search.c", "server/web/templates/a.html", "player/src/a.js"),
    *("server/web/static/console/a.js", "server/web/translations/en/LC_MESSAGES/messages.po"),
)


@dataclass
class Machine:
    """A tree with the script in it, and the programs that there are."""

    tree: Path
    programs: Path

    def has(self, name: str, does: str) -> None:
        """A program of that name, and its text."""
        path = self.programs / name
        path.write_text(f"#!/bin/bash\n{does}\n", encoding="utf-8")
        path.chmod(0o755)

    def sets_up(self, what: str = "tests", **given: str) -> subprocess.CompletedProcess[str]:
        """Run it; its output is in `stderr`."""
        (self.tree / "made").write_text("")
        return subprocess.run(
            [self.tree / "deploy/setup.sh", what],
            env={"PATH": str(self.programs), **given},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def made(self) -> list[str]:
        """What the last run did, sorted."""
        return sorted((self.tree / "made").read_text(encoding="utf-8").splitlines())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """One with everything; nobody there may become root."""
    made = Machine(tmp_path / "tree", tmp_path / "programs")
    for name in SOURCES:
        (made.tree / name).parent.mkdir(parents=True, exist_ok=True)
        (made.tree / name).touch()
    shutil.copy2(ROOT / "deploy/setup.sh", made.tree / "deploy/setup.sh")
    made.programs.mkdir()
    for name in REAL:
        (made.programs / name).symlink_to(shutil.which(name) or name)
    for name in (*THERE, "chromium", "tesseract", "systemd-analyze"):
        made.has(name, PRINTS.format(name, "7.2"))
    made.has("python3", PYTHON)
    made.has("node", PRINTS.format("node", "22.4.0"))
    made.has("npm", NPM)
    made.has("cc", COMPILER)
    made.has("df", SHM.format(2000))
    made.has("dpkg-query", "printf 'install ok installed'")
    made.has("ldconfig", "echo libmagic.so.1")
    made.has("uname", "echo x86_64")
    made.has("nproc", "echo 2")
    made.has("id", "echo 1000")
    made.has("sudo", "exit 1")
    return made


def test_a_second_run_does_nothing_and_reports_which_tools_there_are(machine: Machine) -> None:
    first = machine.sets_up()
    done = machine.made
    second = machine.sets_up()

    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert [one for one in done if "compileall" not in one] == [
        "a venv",
        "npm ci --ignore-scripts",
        "npm run build",
        "npm run vendor",
        "pip install",
        "pip install",
    ]
    assert machine.made == []
    assert "Preparing" not in second.stderr
    for version in ("Python 3.12.1", "Node 22.4.0", "Chromium 7.2", "ffmpeg 7.2", "tesseract 7.2"):
        assert version in second.stderr


def test_the_newest_python_that_makes_environments_is_taken(machine: Machine) -> None:
    machine.has("python3.13", 'echo "pyenv: python3.13: command not found" >&2; exit 127')
    machine.has("python3.12", PYTHON.replace("3.12.1", "3.12.7"))
    machine.has("python3.11", PYTHON.replace("3.12.1", "3.11.2"))
    machine.has("python3", PYTHON.replace("3.12.1", "3.11.7"))

    without_newest = machine.sets_up()
    machine.has("python3.13", PYTHON.replace("3.12.1", "3.13.5"))
    with_newest = machine.sets_up()
    made = machine.made

    assert "Python 3.12.7" in without_newest.stderr
    assert "Python 3.13.5" in with_newest.stderr
    assert "a venv" in made


def test_a_python_that_is_named_is_taken_and_refused_if_it_makes_no_environment(
    machine: Machine,
) -> None:
    machine.has("mine", PYTHON.replace("3.12.1", "3.11.9"))
    machine.has("without-venv", 'echo "Python 3.12.1"; [ "$1" = --version ]')

    taken = machine.sets_up(WITH_PYTHON="mine")
    refused = machine.sets_up(WITH_PYTHON="without-venv")

    assert "Python 3.11.9" in taken.stderr
    assert refused.returncode == 1
    assert "without-venv can't make environments" in refused.stderr
    assert machine.made == []


def test_the_path_of_the_browser_is_in_a_file(machine: Machine) -> None:
    found = machine.tree / ".setup/chromium"
    machine.sets_up()
    first = found.read_text(encoding="utf-8")
    machine.has("another-browser", PRINTS.format("Chromium", "9.9"))

    machine.sets_up(CHROMIUM=str(machine.programs / "another-browser"))

    assert first == f"{machine.programs / 'chromium'}\n"
    assert found.read_text(encoding="utf-8") == f"{machine.programs / 'another-browser'}\n"


def test_a_browser_out_of_a_snap_is_not_taken(machine: Machine) -> None:
    machine.has("chromium", 'exec /snap/bin/chromium "$@"')
    machine.has("google-chrome", PRINTS.format("Google Chrome", "150.1"))

    machine.sets_up()
    taken = (machine.tree / ".setup/chromium").read_text(encoding="utf-8")
    (machine.programs / "google-chrome").unlink()
    without = machine.sets_up()

    assert taken == f"{machine.programs / 'google-chrome'}\n"
    assert without.returncode == 1
    assert "There is no Chromium" in without.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("program", "text", "again"),
    [
        ("node", PRINTS.format("node", "22.5.0"), ["npm ci --ignore-scripts"]),
        ("python3", PYTHON.replace("3.12.1", "3.13.0"), ["a venv", "pip install"]),
        ("uname", "echo aarch64", ["a venv", "npm ci --ignore-scripts", "pip install"]),
    ],
)
def test_other_tools_or_another_machine_repeat_it(
    machine: Machine, program: str, text: str, again: list[str]
) -> None:
    machine.sets_up()
    machine.has(program, text)

    done = machine.sets_up()

    assert done.returncode == 0, done.stderr
    assert set(again) <= set(machine.made)


def test_a_newer_patch_of_the_same_python_keeps_the_packages(machine: Machine) -> None:
    machine.sets_up()
    machine.has("python3", PYTHON.replace("3.12.1", "3.12.2"))

    machine.sets_up()

    assert "a venv" not in machine.made


def test_tests_fail_in_words_without_a_compiler(machine: Machine) -> None:
    machine.has("cc", "exit 1")

    done = machine.sets_up()
    again = machine.sets_up()

    assert (done.returncode, again.returncode) == (1, 1)
    assert "没有可用的 C 编译器" in done.stderr
    assert "No C compiler that works, and tests need one" in again.stderr


def test_serving_works_without_and_warns_each_time(machine: Machine) -> None:
    machine.sets_up("run")
    (machine.tree / "playlists/search/native/search.c").write_text("changed")
    machine.has("cc", "exit 1")

    runs = [machine.sets_up("run") for _ in range(3)]

    assert [one.returncode for one in runs] == [0, 0, 0]
    assert all("No C compiler that works" in one.stderr for one in runs)
    assert not (machine.tree / "playlists/search/native/search.so").exists()


@pytest.mark.parametrize(
    ("what", "program", "version", "needed"),
    [
        ("run", "node", "16.20.2", "18"),
        ("tests", "node", "18.20.8", "20.11"),
        ("run", "python3", "3.10.12", "3.11"),
    ],
)
def test_a_version_that_is_too_old_is_refused_in_words(
    machine: Machine, what: str, program: str, version: str, needed: str
) -> None:
    machine.has(program, PRINTS.format("v", version))

    done = machine.sets_up(what)

    assert done.returncode == 1
    assert f"{needed} or newer is needed, this is {version}." in done.stderr
    assert machine.made == []


def test_node_18_is_enough_to_serve(machine: Machine) -> None:
    machine.has("node", PRINTS.format("node", "18.19.1"))

    assert machine.sets_up("run").returncode == 0


def test_too_little_shared_memory_is_warned_of_each_time(machine: Machine) -> None:
    machine.has("df", SHM.format(64))

    runs = [machine.sets_up() for _ in range(2)]

    assert [one.returncode for one in runs] == [0, 0]
    assert all("/dev/shm has 64 MB left and needs 256" in one.stderr for one in runs)
    assert "/dev/shm" not in machine.sets_up("run").stderr


def test_missing_packages_are_requested_from_an_administrator(machine: Machine) -> None:
    (machine.programs / "ffmpeg").unlink()
    machine.has("dpkg-query", '[ "${@: -1}" = ffmpeg ] || printf "install ok installed"')

    done = machine.sets_up("run")

    assert done.returncode == 1
    assert "Ask an administrator to run: apt-get install ffmpeg" in done.stderr


def test_packages_are_asked_for_patiently_and_their_lists_once(machine: Machine) -> None:
    """As root; the double of apt-get records its calls."""
    (machine.programs / "ffmpeg").unlink()
    machine.has("id", "echo 0")
    machine.has("env", f'exec {os.fspath(shutil.which("env") or "env")} "$@"')
    machine.has("apt-get", 'echo "apt $*" >>made')
    machine.has("cc", "exit 1")
    machine.has("dpkg-query", '[ "${@: -1}" = ffmpeg ] || printf "install ok installed"')

    machine.sets_up("run")
    asked = [one for one in machine.made if one.startswith("apt ")]
    machine.sets_up("run")
    later = [one for one in machine.made if "gcc" in one]

    patient = "apt -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120"
    assert asked == [
        f"{patient} install -y --no-install-recommends ffmpeg",
        f"{patient} install -y --no-install-recommends gcc libc6-dev",
        f"{patient} update",
    ]
    assert later == [], "a compiler is asked for once"
