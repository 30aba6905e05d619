"""The release before this tree, out of git, in a folder of its own: its server and its player.

Without a tag (not every clone has them) it is the commit recorded here as the newest release,
without that the newest commit at which the product differed, and where there is no such commit (a
clone of depth 1) this tree itself. Its `name` has which one it was.
"""

import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.processes.server import ROOT

RECORDED: Final = ("v0.1.0", "b0aecca41f8b607bdb678a7f32ceb49e3fef4ade")
"""The newest release and its commit, the same as its tag's; entered when the tag is made."""
PRODUCT: Final = ("server", "media", "playlists", "player", "deploy")
BESIDE: Final = ("requirements.txt", "package.json", "package-lock.json")
PASSED_OVER: Final = shutil.ignore_patterns("__pycache__", "*.pyc", "dist")


@dataclass(frozen=True)
class Release:
    """A release in its folder, run by the packages of this tree; `name` for people."""

    folder: Path
    name: str


def last_release(folder: Path) -> Release:
    """The last release, unpacked into an empty folder."""
    commit, name = former_commit(ROOT)
    if commit is None:
        return this_tree(folder, name)
    folder.mkdir()
    archive = folder / "release.tar"
    _git(ROOT, "archive", f"--output={archive}", commit, *PRODUCT, *BESIDE)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    return Release(folder, name)


def former_commit(repository: Path, recorded: tuple[str, str] = RECORDED) -> tuple[str | None, str]:
    """A commit and what it is; None if git can give no other than this tree."""
    for place in ("HEAD^", "HEAD"):
        tag = _git(repository, "describe", "--tags", "--abbrev=0", "--match=v[0-9]*", place)
        if tag:
            return tag, tag
    tag, commit = recorded
    if _git(repository, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"):
        return commit, f"{tag} by its commit, as this clone has no tags"
    commits = _git(repository, "rev-list", "--max-count=2", "HEAD", "--", *PRODUCT).split()
    if len(commits) == 2:
        return commits[1], f"{commits[1][:9]}, as no tag of a release is in this clone"
    return None, "this tree itself, as this clone has neither tags nor history"


def this_tree(folder: Path, name: str = "this tree") -> Release:
    """A copy of this tree."""
    folder.mkdir()
    for one in PRODUCT:
        shutil.copytree(ROOT / one, folder / one, ignore=PASSED_OVER)
    for one in BESIDE:
        shutil.copy(ROOT / one, folder / one)
    return Release(folder, name)


def with_player(release: Release) -> Release:
    """The same with its player built by its own builder."""
    (release.folder / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    subprocess.run(["node", "deploy/build/player.mjs"], cwd=release.folder, check=True)
    return release


def _git(repository: Path, *words: str) -> str:
    """The output of git; empty where it fails, as without git, or without history."""
    try:
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", *words],
            cwd=repository,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
