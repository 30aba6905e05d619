"""A page's memory is measured for hours by a session that adds nothing to the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.devices.box_process import BoxProcess
from tests.support.devtools.page_memory import sample
from tests.support.devtools.session import DevTools, DevToolsError
from tests.support.endurance.memory import MIB

pytestmark = pytest.mark.browser
MOST_GROWN = 0.1 * MIB
"""What samples themselves may leave behind; one connection of Playwright's leaves 0.16 MiB."""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[BoxProcess]:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>A page that does nothing</title>")
    made = BoxProcess(tmp_path / "profile", page.as_uri())
    made.switch_on()
    yield made
    made.cut_power()


@pytest.fixture
def session(box: BoxProcess) -> Iterator[DevTools]:
    with DevTools(box.debugging) as opened:
        opened.send("Performance.enable")
        yield opened


def heap(session: DevTools) -> float:
    """Bytes of its heap, once it was called."""
    session.evaluate("() => document.title")
    return sample(session).heap


def test_fifty_samples_leave_the_heap_as_it_was(session: DevTools) -> None:
    begun = [heap(session) for _ in range(10)][-1]

    ended = [heap(session) for _ in range(50)][-1]

    assert ended - begun < MOST_GROWN


def test_ten_connections_leave_it_too(box: BoxProcess, session: DevTools) -> None:
    begun = heap(session)

    for _ in range(10):
        with DevTools(box.debugging) as another:
            another.evaluate("() => document.title")

    assert heap(session) - begun < MOST_GROWN


def test_the_value_of_a_promise_is_waited_for(session: DevTools) -> None:
    later = "() => new Promise((done) => setTimeout(() => done({at: [1, 2]}), 50))"

    assert session.evaluate(later) == {"at": [1, 2]}


def test_an_error_in_the_page_is_one_here(session: DevTools) -> None:
    with pytest.raises(DevToolsError, match="no such thing"):
        session.evaluate("() => { throw new Error('no such thing'); }")


def test_a_call_that_the_browser_refuses_is_an_error(session: DevTools) -> None:
    with pytest.raises(DevToolsError, match="wasn't found"):
        session.send("Performance.unheardOf")


def test_so_is_one_after_the_browser_has_gone(box: BoxProcess, session: DevTools) -> None:
    box.cut_power()

    with pytest.raises(DevToolsError):
        session.evaluate("() => 1")
