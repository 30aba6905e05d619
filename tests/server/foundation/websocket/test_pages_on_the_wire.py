"""An open page's socket: who it is is read from the request that it began with, also later."""

from contextlib import closing

import pytest

from server.accounts.auth.request_identity import COOKIE
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.network.raw_socket import RawSocket
from tests.support.processes.web_worker import WebWorker

pytestmark = pytest.mark.slow

CONSOLE = "/console"


def test_a_page_of_ours_is_let_in_by_its_cookie_and_follows_topics(
    world: World, worker: WebWorker
) -> None:
    cookie = sign_in(world, "admin").client.get_cookie(COOKIE)
    assert cookie is not None
    with closing(
        RawSocket(worker.base, Cookie=f"{COOKIE}={cookie.value}", Origin=worker.base)
    ) as page:
        assert page.enter(CONSOLE).startswith("40/console,")
        response = page.ask("watch", {"topics": ["waiting", "made_up"]}, namespace=CONSOLE)
        again = page.ask("follow", {"of": "nothing"}, number=2, namespace=CONSOLE)

    assert response == {"topics": ["waiting"]}
    assert again == {"ok": False}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "unauthorized"),
        ({"Cookie": f"{COOKIE}=made-up"}, "unauthorized"),
    ],
)
def test_a_stranger_gets_the_reason_of_the_refusal(
    worker: WebWorker, headers: dict[str, str], code: str
) -> None:
    with closing(RawSocket(worker.base, Origin=worker.base, **headers)) as page:
        assert f'"code":"{code}"' in page.enter(CONSOLE)


def test_a_page_without_an_origin_is_not_let_in(world: World, worker: WebWorker) -> None:
    cookie = sign_in(world, "admin").client.get_cookie(COOKIE)
    assert cookie is not None
    with closing(RawSocket(worker.base, Cookie=f"{COOKIE}={cookie.value}")) as page:
        assert '"code":"origin"' in page.enter(CONSOLE)
