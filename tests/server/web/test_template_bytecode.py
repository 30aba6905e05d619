"""A template is compiled once for all processes: at a start they are loaded."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext, Filter, Impossible

from server.web import template_bytecode
from server.web.template_bytecode import BytecodeFiles
from tests.support.app.world import World

NAME = "page.html"


class Process:
    """Templates as one process has them, and what it has compiled."""

    def __init__(self, folder: Path) -> None:
        self._pages = Environment(
            autoescape=True,
            loader=FileSystemLoader(folder),
            bytecode_cache=BytecodeFiles(folder / "kept"),
        )
        self.compiled: list[str] = []
        compiles = self._pages.compile

        def note(source: str, name: str, filename: str) -> object:
            self.compiled.append(name)
            return compiles(source, name, filename)

        self._pages.compile = note  # type: ignore[assignment, method-assign] # to count

    def shows(self) -> str:
        """The page's text."""
        return self._pages.get_template(NAME).render()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("sys.dont_write_bytecode", False)  # whatever is set in the environment
    (tmp_path / NAME).write_text("{{ 6 * 7 }}")
    return tmp_path


def test_a_process_loads_what_another_has_compiled(folder: Path) -> None:
    first, second = Process(folder), Process(folder)

    assert [first.shows(), second.shows()] == ["42", "42"]
    assert (first.compiled, second.compiled) == ([NAME], [])


def test_a_changed_template_is_compiled_again(folder: Path) -> None:
    Process(folder).shows()
    (folder / NAME).write_text("{{ 6 + 7 }}")

    assert Process(folder).shows() == "13"


def test_a_file_that_ends_too_soon_is_replaced(folder: Path) -> None:
    Process(folder).shows()
    (kept,) = (folder / "kept").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-9])

    assert Process(folder).shows() == "42"
    assert kept.read_bytes() == whole


def test_who_may_read_the_code_may_read_them(folder: Path) -> None:
    Process(folder).shows()
    (kept,) = (folder / "kept").iterdir()

    assert kept.stat().st_mode & 0o777 == Path(template_bytecode.__file__).stat().st_mode & 0o666


@pytest.mark.parametrize("why", ["its folder can't be made", "modules aren't kept either"])
def test_where_nothing_can_be_kept_pages_are_shown_all_the_same(
    folder: Path, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why == "modules aren't kept either":
        monkeypatch.setattr("sys.dont_write_bytecode", True)
    else:
        monkeypatch.setattr(Path, "mkdir", _refused)

    assert Process(folder).shows() == "42"
    assert not (folder / "kept").exists()


def _refused(*_words: object, **_named: object) -> None:
    raise PermissionError


def test_the_servers_templates_are_kept_so(world: World) -> None:
    cache = world.app.jinja_env.bytecode_cache

    assert isinstance(cache.beneath, BytecodeFiles)  # type: ignore[union-attr] # of these tests


@pytest.mark.slow
def test_nothing_that_our_own_code_works_out_is_in_a_compiled_template(world: World) -> None:
    """Jinja calls a filter of a constant when it compiles: another release's would stay."""
    pages = world.app.jinja_env
    found = []
    for name in pages.list_templates(extensions=["html"]):
        assert pages.loader is not None
        for one in pages.parse(pages.loader.get_source(pages, name)[0]).find_all(Filter):
            try:
                one.as_const(EvalContext(pages, name))
            except Impossible:
                continue
            found += [f"{name}:{one.lineno} {one.name}"] if one.name not in FILTERS else []

    assert found == []
