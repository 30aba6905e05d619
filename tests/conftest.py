"""Fixtures that all tests share."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest._code.code import ExceptionRepr
from hypothesis import HealthCheck, settings

from tests.support.app.cleanup import end_all, open_now
from tests.support.patience import IN_BROWSERS_S
from tests.support.speed.gc_freeze import pause_collector, spare_what_is_there
from tests.support.speed.process_count import started, watch_for_children
from tests.support.speed.tmpfs import keep_files_in_memory
from tests.support.which_database import is_for_postgresql, needs_a_database

if TYPE_CHECKING:
    from tests.support.app.world import World

HERE = "127.0.0.0/8 ::1/128"
STARTING = ("slow", "faults", "browser", "soak")


def pytest_configure(config: pytest.Config) -> None:
    """Before the first app is made; a process that only hands out tests needs no product code."""
    # Sinks of messages are on this machine: the operator of all these servers lists it.
    os.environ.setdefault("ANPING_OUTGOING_NETWORKS", HERE)
    keep_files_in_memory()
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        pause_collector()
        _make_worlds_cheap()
    watch_for_children()
    # How long an example takes depends more on the machine than on the code.
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    # Dice are thrown openly: the same examples in each run of the gate, others in `make test-long`.
    settings.register_profile("gate", patient, derandomize=True)
    settings.register_profile("fast", patient, derandomize=True, max_examples=20)
    settings.register_profile("random", patient, print_blob=True)
    if settings.get_current_profile_name() not in {"gate", "fast", "random"}:
        settings.load_profile("gate")


def _make_worlds_cheap() -> None:
    from tests.support.app.cheap_hashes import hash_cheaply
    from tests.support.speed.route_cache import share_routes
    from tests.support.speed.statement_cache import compile_once

    share_routes()
    compile_once()
    hash_cheaply()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Set time limits; leave out on PostgreSQL the tests that don't concern it.

    Soak tests have no limit, and those in browsers `IN_BROWSERS_S`, unless they set one themselves.
    ANPING_TEST_ALL has all.
    """
    for item in items:
        if item.get_closest_marker("timeout"):
            continue
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.timeout(0))
        elif item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.timeout(IN_BROWSERS_S))
    if os.environ.get("ANPING_TEST_DATABASE") != "postgresql" or "ANPING_TEST_ALL" in os.environ:
        return
    left = [item for item in items if not is_for_postgresql(item)]
    if left:
        gone = set(map(id, left))
        items[:] = [item for item in items if id(item) not in gone]
        config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """After all is imported, before the first test."""
    spare_what_is_there()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what its pages showed to the report of a browser test that failed."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.failed and call.when == "call" and browser is not None:
        from tests.support.browser.failed_pages import describe

        shown = describe(browser, item.nodeid)
        if isinstance(report.longrepr, ExceptionRepr):
            report.longrepr.addsection("open pages", shown)  # into the gate's output too
    return report


@pytest.fixture(autouse=True, scope="module")
def _nothing_left_open() -> Iterator[None]:
    """From Python 3.13 on a database that is left to the collector is a warning, so an error."""
    yield
    end_all()


@pytest.fixture(autouse=True)
def _nothing_left_open_of_a_test(_nothing_left_open: None) -> Iterator[None]:
    """What a file's own fixtures opened before its first test stays for all of them."""
    before = open_now()
    yield
    end_all(before)


@pytest.fixture(autouse=True)
def _slow_if_it_starts_processes(request: pytest.FixtureRequest) -> Iterator[None]:
    """What starts processes takes as long as they like, so it has to be marked as such.

    PostgreSQL's own, and those that bring it up, belong to no test.
    """
    before = started()
    yield
    marked = "ANPING_TEST_DATABASE" in os.environ or any(
        request.node.get_closest_marker(name) for name in STARTING
    )
    assert marked or started() == before, "this test starts a process: mark it slow"


@pytest.fixture(autouse=True)
def _on_postgresql_if_it_opens_a_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is left out there must open none."""
    from tests.support.app.databases import opened

    before = opened()
    yield
    is_listed = opened() == before or needs_a_database(request.node)
    assert is_listed, "this test opens a database, but isn't run on PostgreSQL: which_database.py"


@pytest.fixture
def full_cost() -> Iterator[None]:
    """Passwords are hashed as in production, not as cheaply as elsewhere in tests."""
    from tests.support.app.cheap_hashes import at_full_cost

    with at_full_cost():
        yield


@pytest.fixture
def world(tmp_path: Path) -> "World":
    """A fresh server with nothing in it but its tables."""
    from tests.support.app.world import make_world

    return make_world(tmp_path)
