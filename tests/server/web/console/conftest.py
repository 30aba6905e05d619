"""The small honest district, served once for all page tests of a run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.district.inventory import District
from tests.support.district.served import serving_district
from tests.support.district.story import SILENT, make_district
from tests.support.district.visits import sign_in
from tests.support.processes.web_worker import WebWorker


@pytest.fixture(scope="package")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    """Units, people, venues of all kinds, screens that play, campaigns in each state."""
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture(scope="package")
def site(district: District) -> Iterator[WebWorker]:
    """The production web server with the district."""
    with serving_district(district, SILENT) as worker:
        yield worker


@pytest.fixture
def chen(browser: Browser, site: WebWorker) -> Page:
    """An empty page of the publicity officer, who has signed in and reads Chinese."""
    return sign_in(browser, site, "chen", locale="zh-CN")


@pytest.fixture(autouse=True)
def _tidy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pages that a test leaves open would go on playing and polling beside all others."""
    if "browser" not in request.fixturenames:
        yield
        return
    opened: Browser = request.getfixturevalue("browser")
    before = list(opened.contexts)
    yield
    for context in opened.contexts:
        if context not in before:
            context.close()
