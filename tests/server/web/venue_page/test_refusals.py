"""What a phone is refused: in words for the person there, with nothing that was typed lost."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.app.world import World
from tests.support.factories.sample_files import photo
from tests.support.patience import PATIENCE_S
from tests.support.reporting.venue_page import Door, open_door

TYPED = "从早上起卡住不动"
HEAD = b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nbl'


def reports(door: Door, content: bytes, name: str = "a.jpg") -> Any:
    return door.upload("fault", content, name, kind="frozen", text=TYPED)


def keeps_what_was_typed(answer: Any) -> bool:
    return (
        f">{TYPED}</textarea>" in answer.text and '<option value="frozen" selected' in answer.text
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "status"),
    [(b"<p>text</p>" * 400, 422), (b"\xff\xd8" + b"no" * 9000, 422), (b"\xff" * 22_000_000, 413)],
    ids=["text", "damaged", "too large"],
)
def test_a_photo_that_cant_be_taken_costs_no_word_beside_it(
    world: World, content: bytes, status: int
) -> None:
    answer = reports(open_door(world), content)

    assert answer.status_code == status
    assert keeps_what_was_typed(answer)


def test_neither_does_a_screen_that_was_reported_enough(world: World, tmp_path: Path) -> None:
    door, picture = open_door(world), photo(tmp_path / "a.jpg").read_bytes()
    for _ in range(3):
        door.post("fault", kind="black")

    answer = reports(door, picture)

    assert answer.status_code == 429
    assert keeps_what_was_typed(answer)


@pytest.mark.slow
def test_who_sends_no_photo_is_asked_for_one_and_not_to_make_a_slide(world: World) -> None:
    text = open_door(world).upload("fault", b"<p>text</p>" * 400, "a.txt", kind="black").text

    assert "这里只收照片" in text
    assert "图文制作" not in text


class Stalled(io.RawIOBase):
    """A body of which the beginning has come, and the rest when it is let."""

    def __init__(self) -> None:
        self.read_from, self.let = threading.Event(), threading.Event()

    def readable(self) -> bool:
        """It is read from."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Called by the reader."""
        if self.read_from.is_set():
            self.let.wait(PATIENCE_S)
            return 0
        self.read_from.set()
        buffer[: len(HEAD)] = HEAD
        return len(HEAD)


@contextmanager
def phones_without_network(door: Door, count: int) -> Iterator[None]:
    """So many that are still sending a report with a photo at a screen."""
    bodies = [Stalled() for _ in range(count)]

    def send(body: Stalled) -> None:
        network = {"wsgi.input": body, "CONTENT_LENGTH": "5000000"}
        door.client.application.test_client().post(
            f"{door.path}/fault",
            content_type="multipart/form-data; boundary=x",
            environ_overrides=network,
        )

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for one in threads:
        one.start()
    try:
        for body in bodies:
            assert body.read_from.wait(PATIENCE_S)
        yield
    finally:
        for body in bodies:
            body.let.set()
        for one in threads:
            one.join()


@pytest.mark.slow
def test_phones_that_are_slow_to_send_keep_nobody_waiting_at_other_screens(
    world: World, tmp_path: Path
) -> None:
    slow = [open_door(world), open_door(world)]
    other, picture = open_door(world), photo(tmp_path / "a.jpg").read_bytes()

    with phones_without_network(slow[0], 3), phones_without_network(slow[1], 3):
        sent, full = reports(other, picture), reports(slow[0], picture)

    assert sent.status_code == 303
    assert full.status_code == 503, "of one screen only three forms are read at a time"
    assert keeps_what_was_typed(full)


@pytest.mark.parametrize("what", ["pause", "resume", "fault", "photo"])
def test_the_address_of_a_refusal_leads_back_to_the_page(world: World, what: str) -> None:
    door = open_door(world)
    refused = door.send(what)
    assert refused.status_code in (409, 422)
    assert 'href="?"' not in refused.text

    back = door.client.get(f"{door.path}/{what}?lang=en&code=x")

    assert (back.status_code, back.headers["Location"]) == (303, f"{door.path}?lang=en")
    assert door.client.get("/v/nowhere/pause", follow_redirects=True).status_code == 404
