"""`/api/docs` shows the description in Chromium, within the strict content policy."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.app.world import World

pytestmark = pytest.mark.browser


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        pass


@pytest.fixture
def address(world: World) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def test_the_description_can_be_browsed_and_nothing_is_blocked(
    address: str, browser: Browser
) -> None:
    page, complaints = browser.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/api/docs")

    page.get_by_text("Campaigns 宣传任务").first.click()
    page.get_by_text("Make a draft").first.click()

    page.get_by_role("button", name="Try it out").first.wait_for()
    page.get_by_text("Idempotency-Key").first.wait_for()
    assert complaints == []
    page.close()
