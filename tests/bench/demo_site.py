"""A demo's data folder, served for benches of pages, and a browser that signs in there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from server.operations.demo.mark import read_mark
from tests.support.processes.server import free_port, start_server

LOGIN: Final = "/login"


class DemoSite(NamedTuple):
    """Its address, and its people's passwords by user name."""

    base: str
    passwords: Mapping[str, str]

    def sign_in(self, context: BrowserContext, who: str) -> Page:
        """A new page of the context, signed in."""
        page = context.new_page()
        page.goto(self.base + LOGIN)
        page.fill('[name="username"]', who)
        page.fill('[name="password"]', self.passwords[who])
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: not urlsplit(url).path.startswith(LOGIN))
        return page


@contextmanager
def served_demo(folder: str, work: str) -> Iterator[DemoSite]:
    """Serve what `server.cli demo` made in a folder; `work` is a folder in it for the server's log.

    Raises SystemExit if there is no demo.
    """
    data = Path(folder).resolve()
    mark = read_mark(data)
    if mark is None:
        raise SystemExit("no demo there: python -m server.cli demo makes one")
    (data / work).mkdir(exist_ok=True)
    server = start_server(data / work, free_port(), first_run=True, data=str(data))
    try:
        server.wait_until_ready()
        yield DemoSite(server.base, mark.passwords)
    finally:
        server.stop()
