"""A town of two streets: what reaches beyond one of them, and who signs for which."""

from dataclasses import dataclass
from typing import Any

from server.content.models import Asset
from tests.support.app.campaigns import Office, act, call, draft, make_playlist, picture
from tests.support.app.clock import START_MS
from tests.support.app.inventory import make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.plays.on_air import put_on_air
from tests.support.reporting.exemptions import PROGRAMME

SPELL = {"from": "2026-11-24T09:00:00+08:00", "until": "2026-11-24T10:00:00+08:00"}


@dataclass
class Town:
    """Two streets; the author of the first orders for the district, two reviewers sign."""

    office: Office
    of_street: Person
    beyond: dict[str, dict[str, Any]]
    within: dict[str, dict[str, Any]]

    def submitted(self, selector: dict[str, Any], *assets: str) -> str:
        """A campaign of the author's that waits; its id."""
        listed = assets or (picture(self.office),)
        campaign = draft(
            self.office,
            selector=selector,
            playlist_id=make_playlist(self.office, *listed),
            target={"kind": "plays_per_hour", "value": 1},
        )
        answer = act(self.office.author, campaign, "submit", include_assets=True)
        assert answer.status_code == 200, answer.json
        return campaign

    def asked(self, selector: dict[str, Any]) -> str:
        """A takeover of the author's that waits; its id."""
        return self._made("/takeovers", asset_id=picture(self.office), selector=selector)

    def stopped(self, selector: dict[str, Any]) -> str:
        """A stop of the author's; its id."""
        return self._made("/stop", selector=selector, mode="safe")

    def excused(self) -> str:
        """An exemption for a screen in each street that waits; its id."""
        world = self.office.world
        venues = [self.within["a venue of his"], self.beyond["a venue there"]]
        screens = [make_screen(world, venue=int(one["venue_ids"][0][2:])) for one in venues]
        for screen in screens:
            put_on_air(world, screen, PROGRAMME, START_MS)
        selector = {"screen_ids": [one.public_id for one in screens]}
        return self._made("/exemptions", selector=selector, code="power_cut", **SPELL)

    def next_version(self) -> str:
        """A picture that waits, the next version of one that is shown everywhere; its id."""
        old = picture(self.office)
        campaign = draft(self.office, playlist_id=make_playlist(self.office, old))
        act(self.office.author, campaign, "submit", include_assets=True)
        assert act(self.office.reviewer, campaign, "approve").status_code == 200
        new = picture(self.office, state="submitted", sha256="7" * 64)
        with self.office.world.core.config.write() as session:
            session.get_one(Asset, int(new[2:])).replaces_id = int(old[2:])
        return new

    def attested(self) -> str:
        """A report of a venue in the other street; its id."""
        venue = make_venue(self.office.world, unit=self.office.stranger.unit_id, access="manual")
        days = {"from": "2026-11-23", "to": "2026-11-23", "days": 1, "plays_per_day": 40}
        made = call(self.office.author, "POST", "/attestations", venue_id=f"v_{venue}", **days)
        assert made.status_code == 201, made.json
        return str(made.json["id"])

    def _made(self, path: str, **body: Any) -> str:
        made = call(self.office.author, "POST", path, **body)
        assert made.status_code == 201, made.json
        return str(made.json["id"])


def make_town(world: World) -> Town:
    district = root_unit(world)
    street, other = make_unit(world, "宣传科"), make_unit(world, "外街道")
    office = Office(
        world,
        author=sign_in(world, "publicity", street, over=district),
        reviewer=sign_in(world, "reviewer", district),
        stranger=sign_in(world, "publicity", other),
    )
    ours, theirs = (make_venue(world, unit=unit, kind="bank") for unit in (street, other))
    here, there = make_screen(world, venue=ours), make_screen(world, venue=theirs)
    return Town(
        office,
        sign_in(world, "reviewer", street),
        {
            "everything": {"all": True},
            "a kind": {"venue_kinds": ["bank"]},
            "a tag": {"tags": ["东街"]},
            "a kind without a screen yet": {"venue_kinds": ["school"]},
            "a territory": {"territory_ids": [f"u_{street}"]},
            "the other street": {"unit_ids": [f"u_{other}"]},
            "both streets": {"unit_ids": [f"u_{street}", f"u_{other}"]},
            "a venue there": {"venue_ids": [f"v_{theirs}"]},
            "a screen there": {"screen_ids": [there.public_id]},
            "one here and one there": {"screen_ids": [here.public_id, there.public_id]},
            "his street and a screen there": {
                "unit_ids": [f"u_{street}"], "screen_ids": [there.public_id],
            },
            "all but a screen there": {"all": True, "except": {"screen_ids": [there.public_id]}},
        },
        {
            "his street": {"unit_ids": [f"u_{street}"]},
            "a kind there": {"unit_ids": [f"u_{street}"], "venue_kinds": ["bank"]},
            "a venue of his": {"venue_ids": [f"v_{ours}"]},
            "a screen of his": {"screen_ids": [here.public_id]},
        },
    )  # fmt: skip
