"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.compiled_once import compile_once
from tests.support.endings import end_all, open_now
from tests.support.folders import keep_files_in_memory
from tests.support.garbage import spare_what_is_there
from tests.support.routing import remember_rules
from tests.support.world import World, make_world


def pytest_configure() -> None:
    """Before the first app is made."""
    keep_files_in_memory()
    remember_rules()
    compile_once()
    # How long an example takes says more about the machine than about the code.
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("whole", patient)
    settings.register_profile("fast", patient, max_examples=20)
    if settings.get_current_profile_name() not in {"whole", "fast"}:
        settings.load_profile("whole")


def pytest_collection_finish() -> None:
    """After all is imported, before the first test."""
    spare_what_is_there()


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


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A fresh server with nothing in it but its tables."""
    return make_world(tmp_path)
