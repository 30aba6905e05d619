"""A small district whose plays, outages, takeovers and exemptions are drawn by a seed.

It is Tuesday the 24th, 15:00; its screens have had their plan since Sunday. Two campaigns, venues'
own content and pictures of none share each half hour. Some screens have reported nothing since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from playlists.wire.compliance import ExpectedSlot
from server.campaigns.workflow.state_clock import advance
from server.gateway.status.contact import contact_states
from server.inventory.screens.models import ScreenPause
from server.inventory.venues.models import Line
from server.monitoring.exemptions.models import ExemptedScreen, Exemption
from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from server.publishing.models import AssignedTakeover
from tests.support.app.clock import HOUR_MS, MINUTE_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.office_api import open_office
from tests.support.app.people import sign_in
from tests.support.app.world import World
from tests.support.factories.assets import make_asset
from tests.support.monitoring.heartbeats import ContactHistory, at
from tests.support.monitoring.screen_states import beats
from tests.support.plays.on_air import hand_in, keep_house, put_on_air
from tests.support.plays.plays import Programme, make_batch, make_programme, takeover_batch

BEGAN, NOW = "22 00:00", "24 15:00"
KINDS = ("bank", "market", "hospital", "school", "bus")
SHOWN_STATES = {"partial": 1, "failed": 2}
TAKEOVER = "f" * 64
CACHED_MS = 10_000
"""For so long states of all screens are kept."""


@dataclass
class RandomDistrict:
    """What was made: public ids of campaigns, streets and screens."""

    world: World
    random: Random
    programme: Programme
    streets: list[int] = field(default_factory=list)
    communities: list[int] = field(default_factory=list)
    screens: list[BoundScreen] = field(default_factory=list)

    def venue(self, kind: str, **fields: object) -> int:
        """One of a unit that is drawn, maybe in a territory."""
        unit = self.random.choice(self.streets + self.communities)
        territory = self.random.choice([None, *self.communities])
        name = f"{kind}{self.random.randrange(10_000)}"
        return make_venue(
            self.world, kind=kind, name=name, unit=unit, territory_unit_id=territory, **fields
        )


def make_random_district(world: World, seed: int) -> RandomDistrict:
    """Six venues with screens, one that reports by hand, one without a screen."""
    world.clock.at_ms = at(BEGAN) * 1000
    _publish(world)
    programme = make_programme(
        at(BEGAN) * 1000,
        lengths_s=(300, 600, 300, 600),
        campaigns=(0, 1, 2, -1),
        names=("k_1", "k_2", "k_3"),
    )
    made = RandomDistrict(world, Random(seed), programme)
    made.streets = [make_unit(world, name) for name in ("城关街道", "河西街道")]
    made.communities = [make_unit(world, f"{one} 社区", one) for one in made.streets]
    _furnish(made)
    contacts = ContactHistory(world)
    contacts.we_were_up(BEGAN, NOW)
    world.clock.at_ms = at(NOW) * 1000
    for screen in made.screens:
        _beat(made, contacts, screen)
    _interrupt(made)
    for place, screen in enumerate(made.screens):
        _play(made, screen, is_silent=place == 1)
    advance(world.core)
    keep_house(world)
    contacts.keep()
    _come_back(made)
    return made


def _come_back(made: RandomDistrict) -> None:
    """The first of the dark screens is back, which isn't stored yet, as after a start of ours."""
    core, live = made.world.core, made.world.app.extensions["anping.live"]
    dark = contact_states(core, live).dark
    made.world.clock.forward(CACHED_MS)
    back = next((one for one in made.screens if one.id in dark), None)
    if back is not None:
        beats(made.world, back)


def _publish(world: World) -> None:
    """Two campaigns, and one that is venues' own content."""
    office = open_office(world)
    for target in (
        *[{"kind": "plays_per_hour", "value": 2}] * 2,
        {"kind": "filler", "value": None},
    ):
        office.publish(make_asset(world, author=office.publicity.user_id), target=target)


def _furnish(made: RandomDistrict) -> None:
    with made.world.core.config.write() as session:
        line = Line(unit_id=made.streets[0], name="3 路", created_at=0)
        session.add(line)
        session.flush()
        line_id = line.id
    for kind in (*KINDS, made.random.choice(KINDS)):
        venue = made.venue(kind, **({"line_id": line_id} if kind == "bus" else {}))
        for number in range(made.random.choice((1, 1, 2))):
            screen = make_screen(made.world, venue=venue, name=f"{number + 1} 号屏")
            put_on_air(made.world, screen, made.programme, at(BEGAN) * 1000)
            made.screens.append(screen)
    make_screen(made.world, venue=venue, name="未绑定", enrolled_at=None)
    made.venue("mall", access="manual")
    made.venue("shop", access="none")


def _beat(made: RandomDistrict, contacts: ContactHistory, screen: BoundScreen) -> None:
    """In contact all the time, but for an outage; some are dark since then, two in any case."""
    hour = made.random.randrange(1, 10)
    contacts.beats(screen.id, BEGAN, f"24 0{hour}:00")
    if made.random.random() < 0.7 and screen not in made.screens[:2]:
        contacts.beats(screen.id, f"24 0{hour}:{made.random.randrange(10, 60)}", NOW)


def _interrupt(made: RandomDistrict) -> None:
    """A takeover on two screens, a declared pause, an exemption."""
    person = sign_in(made.world, "admin").user_id
    first, second, third, fourth = made.random.sample(made.screens[2:], 4)
    begins = [at(f"24 0{made.random.randrange(2, 9)}:00") * 1000 for _ in range(3)]
    with made.world.core.config.write() as session:
        for screen in (first, second):
            session.add(
                AssignedTakeover(
                    screen_id=screen.id, object="t_1", asset=TAKEOVER, from_ms=begins[0],
                    until_ms=begins[0] + 40 * MINUTE_MS,
                )
            )  # fmt: skip
        session.add(
            ScreenPause(
                screen_id=third.id, from_at=begins[1], until_at=begins[1] + HOUR_MS,
                reason="检修", user_id=person,
            )
        )  # fmt: skip
        row = Exemption(
            unit_id=1, author_id=person, state="approved", selector={}, reach=[],
            from_at=begins[2], until_at=begins[2] + 3 * HOUR_MS, code="closed", note="", file="",
            created_at=begins[2],
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(
            ExemptedScreen(
                exemption_id=row.id, screen_id=fourth.id, from_at=row.from_at,
                until_at=row.until_at, venue_id=fourth.venue_id, unit_id=1,
            )
        )  # fmt: skip
    for screen in (first, second):
        shown = takeover_batch(TAKEOVER, begins[0], 40 * MINUTE_MS, boot="t")
        assert hand_in(made.world, screen, shown).status_code == 200


def _play(made: RandomDistrict, screen: BoundScreen, *, is_silent: bool) -> None:
    """A share of its slots, most of them whole; it has reported all, or the morning alone."""
    until = "24 08:00" if is_silent else NOW
    share = made.random.uniform(0.4, 1.0)
    slots = [
        slot
        for slot in made.programme.slots(at(BEGAN) * 1000, at(until) * 1000)
        if made.random.random() < share
    ]
    words = made.random.choices(["whole", "partial", "failed"], [18, 1, 1], k=len(slots))
    for begin in range(0, len(slots), 150):
        _hand_in(made, screen, begin, slots[begin : begin + 150], words[begin : begin + 150])
    contact = Contact(screen.id, at(until) * 1000, "b", 0, None)
    playback_of(made.world.app).contacts.note(contact)


def _hand_in(
    made: RandomDistrict,
    screen: BoundScreen,
    begin: int,
    slots: Sequence[ExpectedSlot],
    words: Sequence[str],
) -> None:
    offset_ms = at(BEGAN) * 1000 - 5_000
    batch = make_batch(
        made.programme,
        slots,
        first=begin + 1,
        offset_ms=offset_ms,
        shown_ms=[
            slot.duration_ms // (2 if word == "partial" else 1) * (word != "failed")
            for slot, word in zip(slots, words, strict=True)
        ],
        state=[SHOWN_STATES.get(word, 0) for word in words],
        error=["asset_failed" if word == "failed" else None for word in words],
    )
    answer = hand_in(made.world, screen, batch)
    assert answer.status_code == 200, answer.text
