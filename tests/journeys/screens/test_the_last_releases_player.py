"""A screen whose player is of the last release, before this server: the upgrade of a district.

The real player of that release, built by its own builder and given out by its own server, in
Chromium; then its server is stopped and this tree's started on the same data. The screen plays on,
hands in, obeys, and starts again without its server, all with the player that it has.
"""

import json
import time
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.gateway.rollouts.builds import DIST
from tests.support.defect import Defect
from tests.support.devices.kiosk import Kiosk, kiosk, wait_until
from tests.support.processes.furnished_district import District, furnished
from tests.support.processes.last_release import Release, last_release, with_player

pytestmark = [pytest.mark.browser, pytest.mark.long]

SLOT_S = 5
MORE = 3
"""Plays."""
ASKING_S = 0.3


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return with_player(last_release(tmp_path / "release"))


@pytest.fixture
def district(tmp_path: Path, release: Release) -> Iterator[District]:
    with furnished(tmp_path / "district", SLOT_S, release=release.folder) as made:
        yield made


def player_of(dist: Path) -> str:
    """What a built player calls itself."""
    name: str = json.loads((dist / "release.json").read_text())["player"]
    return name


def screen(district: District) -> Any:
    """As the API has it."""
    return district.asks(f"/api/v1/screens/{district.screen_id}")


def plays_pictures(district: District, box: Kiosk) -> None:
    """All of them come on the glass in turn."""
    seen: set[str] = set()

    def all_seen() -> bool:
        seen.add(box.facts().get("asset", ""))
        return set(district.pictures) & seen != set() and len(seen & set(district.pictures)) == 3

    wait_until(all_seen, 60, "each picture on the glass")


def hands_in(district: District, since: int) -> Counter[tuple[int, int, int]]:
    """Some plays more than `since` are counted; how often each slot is."""
    found: Counter[tuple[int, int, int]] = Counter()

    def more() -> bool:
        found.clear()
        found.update(
            (one["segment"], one["cycle"], one["slot"])
            for one in district.log()
            if one["verdict"] == "counted" and one["state"] == 0
        )
        return len(found) >= since + MORE

    wait_until(more, 60, "plays that count", ASKING_S)
    return found


def test_a_screen_with_the_last_releases_player_plays_counts_and_obeys_on_this_server(
    district: District, release: Release, tmp_path: Path
) -> None:
    old = player_of(release.folder / "player" / "dist")
    print(f"\nthe last release: {release.name}, its player {old}; this tree's {player_of(DIST)}")
    with kiosk(tmp_path / "profile", district.address) as box:
        box.switch_on()
        plays_pictures(district, box)
        box.wait_until_kept()
        before = hands_in(district, 0)
        assert district.server.stop() == 0
        began = time.monotonic()
        now = district.started_again()
        try:
            after = hands_in(now, len(before))
            print(
                f"{time.monotonic() - began:.1f} s from the start of this server "
                f"until {MORE} plays more were counted"
            )
            assert screen(now)["player"] == old
            plays_pictures(now, box)
            obeys(now, box)
            starts_again(now, box)
            assert screen(now)["player"] == old
        finally:
            now.server.stop()
    if not before.keys() <= after.keys() or max(after.values()) > 1:
        text = f"plays are lost or doubled: {before}, later {after}"
        raise Defect(text)


def obeys(district: District, box: Kiosk) -> None:
    """A command is answered once its socket is back, which plays don't need; a stop is obeyed."""
    wait_until(lambda: box.facts().get("link") == "up", 60, "its socket is back", ASKING_S)
    commands = f"/api/v1/screens/{district.screen_id}/commands"
    answer = district.posts(commands, {"name": "log", "args": {}})
    assert answer["ok"], answer
    assert "link up" in [text for _, text in answer["result"]["lines"]]
    first = int(box.facts()["version"])
    everywhere = {"selector": {"screen_ids": [district.screen_id]}, "mode": "black"}
    district.posts("/api/v1/stop", everywhere)
    is_stopped(box, first, district.pictures)


def starts_again(district: District, box: Kiosk) -> None:
    """Its browser is started again: the same player from its own store, with the new order."""
    box.cut_power()
    box.switch_on()
    is_stopped(box, 1, district.pictures)


def is_stopped(box: Kiosk, first: int, pictures: Collection[str]) -> None:
    """Its order is not its first, and nothing of the plan is on the glass."""

    def is_so() -> bool:
        facts = box.facts()
        later = int(facts.get("version") or 0) > first
        return later and facts.get("asset") not in {None, *pictures}

    wait_until(is_so, 30, f"an order after {first}, not {box.facts()}")
