"""Small parts of virtual players: frames, packets, scripts, files."""

import hashlib
import io

import pytest
from PIL import Image

from playlists.wire.model import Asset
from server.simulator.fleet.machine import Machine
from server.simulator.fleet.script import Episode, going_on, next_change
from server.simulator.player.clock import Clock
from server.simulator.player.commands import draw
from server.simulator.player.disk import Disk
from server.simulator.player.playlog import Begun, PlayLog
from server.simulator.player.shelf import Shelf, Spoilt
from server.simulator.wire import packets
from server.simulator.wire.frames import TEXT, BadFrame, Reader, frame, masked
from server.simulator.wire.links import PostLink
from server.simulator.wire.protocol import LATE_JOIN, Answer, NoNetwork, may_download


def unmasked(payload: bytes, *, final: bool = True, opcode: int = TEXT) -> bytes:
    """As a server sends it."""
    head = bytes(((0x80 if final else 0) | opcode,))
    if len(payload) < 126:
        return head + bytes((len(payload),)) + payload
    return head + b"\x7e" + len(payload).to_bytes(2, "big") + payload


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536])
def test_a_frame_carries_its_content_under_its_mask(length: int) -> None:
    payload = bytes(range(256)) * (length // 256 + 1)
    sent = frame(TEXT, payload[:length])

    start = len(sent) - length
    assert masked(sent[start:], sent[start - 4 : start]) == payload[:length]


def test_messages_are_read_however_they_are_cut_and_fragmented() -> None:
    stream = unmasked(b"one") + unmasked(b"tw", final=False) + unmasked(b"o", opcode=0)
    stream += unmasked(b"three" * 100)

    reader, found = Reader(), []
    for byte in stream:
        found += list(reader.feed(bytes((byte,))))

    assert found == [(TEXT, b"one"), (TEXT, b"two"), (TEXT, b"three" * 100)]


def test_what_no_server_may_send_ends_the_connection() -> None:
    with pytest.raises(BadFrame):
        list(Reader().feed(frame(TEXT, b"masked")))


def test_packets_of_our_namespace_are_read_and_others_are_let_be() -> None:
    text = packets.write(packets.EVENT, ["beat", {"boot": "b"}], 7)

    assert packets.read(text) == packets.Packet(packets.EVENT, 7, ["beat", {"boot": "b"}])
    assert packets.read('42/console,["x"]') is None


def test_an_episode_comes_once_or_again_and_again() -> None:
    once = Episode("off", 100, 50)
    again = Episode("offline", 100, 50, every_ms=200)

    assert [at for at in range(0, 600, 50) if once.is_on(at)] == [100]
    assert [at for at in range(0, 600, 50) if again.is_on(at)] == [100, 300, 500]
    assert going_on([once, again], 110) == {"off": 0.0, "offline": 0.0}
    assert next_change([once, again], 110) == 150
    assert next_change([once, again], 160) == 300


def test_a_file_with_another_digest_is_not_kept() -> None:
    content = b"a picture"
    asset = Asset(hashlib.sha256(content).hexdigest(), "image", "image/png", len(content), 1, 1)
    served = [Answer(200, b"a p1cture"), Answer(502), Answer(200, content)]
    link = PostLink(lambda *_asked: served.pop(0))
    shelf = Shelf()

    for error in (Spoilt, NoNetwork):
        with pytest.raises(error):
            shelf.ensure(asset, link, "token")
        assert not shelf.has(asset)
    shelf.ensure(asset, link, "token")
    assert shelf.has(asset)
    assert shelf.sweep({asset.digest}) == 0
    assert shelf.sweep(set()) == 1
    assert not shelf.has(asset)


def test_a_screenshot_shows_the_picture_whole_and_black_where_there_is_none() -> None:
    sink = io.BytesIO()
    Image.new("RGB", (160, 90), (200, 0, 0)).save(sink, "PNG")

    shown = Image.open(io.BytesIO(draw(sink.getvalue(), (1920, 1080), "stamp")))
    upright = Image.open(io.BytesIO(draw(sink.getvalue(), (1080, 1920), "stamp")))
    dark = Image.open(io.BytesIO(draw(None, (1920, 1080), "stamp")))

    assert shown.format == "JPEG"
    assert shown.size == (960, 540)
    assert is_red(shown.getpixel((10, 10)))
    assert is_red(upright.getpixel((270, 480)))
    assert upright.getpixel((270, 10)) == (0, 0, 0)
    assert dark.getpixel((480, 100)) == (0, 0, 0)


def is_red(pixel: object) -> bool:
    return isinstance(pixel, tuple) and pixel[0] > 180 and max(pixel[1:]) < 30


def test_files_are_fetched_in_the_hours_that_an_order_names_or_always() -> None:
    nights = {"metered": {"networks": ["wifi"], "hours": [[1_000, 2_000]]}}

    assert [may_download(nights, at_ms) for at_ms in (999, 1_000, 1_999, 2_000)] == [
        False,
        True,
        True,
        False,
    ]
    assert may_download({}, 0)
    assert may_download({"metered": {"networks": ["wifi"], "hours": []}}, 0)


def test_no_play_begins_before_its_boot_by_a_fraction_of_a_millisecond() -> None:
    log = PlayLog(Disk(), Clock(Machine(lambda: 1_000.0)), "9f3c2a7be1d04c55")

    log.begin([Begun("0" * 64, (0, 0, 0), "1" * 64, LATE_JOIN, 10_000)], at_mono=-0.6)

    assert [play.start_ms for play in log.boot.plays] == [0]
