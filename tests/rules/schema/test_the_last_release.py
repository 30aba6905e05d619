"""Which release this tree is tried beside, in whatever clone the tests are run."""

import subprocess
from pathlib import Path

import pytest

from tests.support.processes.last_release import RECORDED, former_commit
from tests.support.processes.server import ROOT

pytestmark = pytest.mark.slow

ME = ("-c", "user.name=a", "-c", "user.email=a@example.cn")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *ME, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path, text: str, where: str = "server/app.py") -> str:
    path = folder / where
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    git(folder, "add", where)
    git(folder, "commit", "-qm", text)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def test_it_is_the_newest_tag_before_this_commit(repository: Path) -> None:
    for text in ("v0.1.0", "between", "v0.2.0"):
        commit(repository, text)
        if text.startswith("v"):
            git(repository, "tag", "-am", text, text)
    assert former_commit(repository) == ("v0.1.0", "v0.1.0")

    commit(repository, "after")
    assert former_commit(repository) == ("v0.2.0", "v0.2.0")


def test_without_a_tag_it_is_the_commit_that_is_recorded(repository: Path) -> None:
    release = commit(repository, "one")
    for text in ("two", "three"):
        commit(repository, text)

    found, name = former_commit(repository, ("v0.1.0", release))

    assert found == release
    assert name == "v0.1.0 by its commit, as this clone has no tags"


def test_the_recorded_release_is_the_newest_tag() -> None:
    tags = git(ROOT, "tag", "--list", "v[0-9]*", "--sort=-version:refname").split()
    if not tags:
        pytest.skip("this clone has no tags to compare with")
    name, release = RECORDED
    assert (tags[0], git(ROOT, "rev-parse", f"{tags[0]}^{{commit}}")) == (name, release)


def test_the_recorded_release_is_in_the_history_and_its_changelog_begins_with_it() -> None:
    if git(ROOT, "rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("this clone has no history")
    name, release = RECORDED

    git(ROOT, "merge-base", "--is-ancestor", release, "HEAD")  # raises where it isn't
    changelog = git(ROOT, "show", f"{release}:CHANGELOG.md")
    newest = next(line for line in changelog.splitlines() if line.startswith("## "))
    assert newest.startswith(f"## {name.removeprefix('v')} ")


def test_without_either_it_is_the_commit_before_the_last_change_of_the_product(
    repository: Path,
) -> None:
    former = commit(repository, "one")
    commit(repository, "two")
    commit(repository, "words alone", "README.md")

    found, name = former_commit(repository)

    assert found == former
    assert "no tag of a release is in this clone" in name


def test_in_a_clone_without_history_it_is_this_tree_and_reports_it(
    repository: Path, tmp_path: Path
) -> None:
    commit(repository, "one")
    commit(repository, "two")
    shallow = tmp_path / "shallow"
    git(repository, "clone", "-q", "--depth=1", repository.as_uri(), str(shallow))

    assert former_commit(shallow)[0] is None
    assert "neither tags nor history" in former_commit(shallow)[1]


def test_without_git_it_is_this_tree(tmp_path: Path) -> None:
    assert former_commit(tmp_path / "..")[0] is None
