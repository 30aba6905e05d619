"""Venues whose screens have ten plays due a day, people who report by hand, and the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.playlog.ingest.flask_extension import playback_of
from server.playlog.store.last_contact import Contact
from tests.support.app.clock import DAY_MS, HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.sample_files import photo
from tests.support.factories.uploads import send_form
from tests.support.plays.on_air import hand_in_all, put_on_air
from tests.support.plays.plays import make_programme
from tests.support.reporting.reports import report

MIDNIGHT_MS = START_MS - 9 * HOUR_MS
"""Tuesday the 24th begins."""
PLAYS_A_DAY = 10
SLOT_S = 86_400 // PLAYS_A_DAY
PROGRAMME = make_programme(
    MIDNIGHT_MS, days=60, lengths_s=(SLOT_S,), campaigns=(0,), names=("k_1",)
)
STATES = ("reached", "pending", "not_reached", "attested", "unattested", "without_screen")
GROUPS = ("unit", "territory", "venue_kind", "venue", "line")


def day(number: int) -> str:
    """The tests' days as dates: 0 is Tuesday the 24th of November."""
    return f"2026-11-{24 + number}" if number < 7 else f"2026-12-{number - 6:02}"


@dataclass
class Town:
    """A district on a given day; screens have their plan since day 0."""

    world: World
    folder: Path
    boots: Any = field(default_factory=lambda: count(1))

    def becomes(self, number: int) -> None:
        """That day begins."""
        self.world.clock.at_ms = MIDNIGHT_MS + number * DAY_MS

    def opens(self, name: str = "网点", screens: int = 1, **fields: Any) -> list[BoundScreen]:
        """A venue with players (or none); its screens."""
        venue = make_venue(self.world, name=name, **fields)
        made = [
            make_screen(self.world, venue=venue, name=f"{name}{index}", enrolled_at=MIDNIGHT_MS)
            for index in range(screens)
        ]
        for screen in made:
            put_on_air(self.world, screen, PROGRAMME, MIDNIGHT_MS)
        return made

    def manual(self, name: str = "商场", **fields: Any) -> str:
        """A venue whose own screens show it; its id."""
        return f"v_{make_venue(self.world, name=name, access='manual', **fields)}"

    def plays(self, screen: BoundScreen, *plays: int, since: int = 0) -> None:
        """So many of the first plays of each day, from a day on; then all is reported."""
        slots = []
        for number, wanted in enumerate(plays, since):
            begin_ms = MIDNIGHT_MS + number * DAY_MS
            slots += PROGRAMME.slots(begin_ms, begin_ms + DAY_MS)[:wanted]
        if slots:
            hand_in_all(self.world, screen, PROGRAMME, slots, boot=f"{next(self.boots):016x}")

    def reports_all(self, screen: BoundScreen) -> None:
        """A beat without a backlog: what isn't here won't come."""
        contact = Contact(screen.id, self.world.clock.now_ms(), "b", 0, None)
        playback_of(self.world.app).contacts.note(contact)

    def reader(self) -> FlaskClient:
        """Somebody who sees all, signed in now."""
        return sign_in(self.world, "reviewer", root_unit(self.world)).client

    def ledger(self, first: int, last: int, client: FlaskClient | None = None, **query: Any) -> Any:
        """The ledger of days first..last."""
        days = {"from": day(first), "to": day(last)}
        return report(client or self.reader(), "coverage", **days, **query)

    def attests(self, who: Person, venue: str, **changes: Any) -> TestResponse:
        """Five of the five days 0..4 by default."""
        body = {
            "venue_id": venue,
            "from": day(0),
            "to": day(4),
            "days": 5,
            "plays_per_day": 40,
            **changes,
        }
        return who.client.post("/api/v1/attestations", json=body)

    def shows(self, person: Person, attestation: str, **options: Any) -> TestResponse:
        """Add a photo."""
        path = photo(self.folder / f"{next(self.boots)}.jpg", **options)
        return send_form(person, f"/api/v1/attestations/{attestation}/photos", path)

    def approved(self, venue: str, **changes: Any) -> str:
        """An attestation with a photo, approved by a second person; its id."""
        author = sign_in(self.world, "publicity", root_unit(self.world))
        answer = self.attests(author, venue, **changes)
        assert answer.status_code == 201, answer.text
        attestation: str = answer.json["id"]
        assert self.shows(author, attestation).status_code == 201
        path = f"/api/v1/attestations/{attestation}/approve"
        answer = sign_in(self.world, "reviewer", root_unit(self.world)).client.post(path)
        assert answer.status_code == 200, answer.text
        return attestation


def states(found: Any) -> dict[str, int]:
    """The totals' states that aren't zero."""
    return {state: found["totals"][state] for state in STATES if found["totals"][state]}


def check_ledger(
    town: Town, first: int, last: int, groups: Sequence[str] = GROUPS
) -> dict[str, Any]:
    """Hold that columns add up on every level and totals are the same by any grouping."""
    client = town.reader()
    seen = []
    for group in groups:
        found = town.ledger(first, last, client, group_by=group)
        for row in [*found["items"], found["totals"]]:
            assert sum(row[state] for state in STATES) == row["venues"], (group, row)
            players = row["reached"] + row["pending"] + row["not_reached"]
            assert (row["online"], row["manual"]) == (players, row["attested"] + row["unattested"])
            assert all(row[state] >= 0 for state in STATES)
        for state in ("venues", "closed", *STATES):
            assert sum(item[state] for item in found["items"]) == found["totals"][state], group
        seen.append(found["totals"])
    assert all(one == seen[0] for one in seen), seen
    return seen[0]
