"""Campaigns, takeovers and stops made through the API by two people, as in the office."""

from dataclasses import dataclass
from typing import Any

from tests.support.app.inventory import root_unit
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

API = "/api/v1"


@dataclass(frozen=True)
class Office:
    """A publicity officer, and a reviewer who signs off what she made."""

    world: World
    publicity: Person
    reviewer: Person

    def post(self, person: Person, path: str, **body: Any) -> Any:
        """The answer to a post that must succeed."""
        answer = person.client.post(API + path, json=body)
        assert answer.status_code < 300, answer.json
        return answer.json

    def publish(self, *assets: int, **fields: Any) -> str:
        """A campaign of these assets on all screens, signed off; its id."""
        items = [{"asset_id": f"a_{one}"} for one in assets]
        playlist = self.post(self.publicity, "/playlists", name="国家反诈", items=items)
        draft = {
            "name": "反诈宣传",
            "playlist_id": playlist["id"],
            "starts_on": "2026-11-01",
            "ends_on": "2027-12-31",
            "target": {"kind": "plays_per_hour", "value": 12},
            "selector": {"all": True},
            **fields,
        }
        campaign = self.post(self.publicity, "/campaigns", **draft)["id"]
        self.post(self.publicity, f"/campaigns/{campaign}/submit")
        self.post(self.reviewer, f"/campaigns/{campaign}/approve")
        return str(campaign)

    def drafts(self, campaign: str, **changes: Any) -> None:
        """A revision of a live campaign, not sent to sign-off yet."""
        sign_in_again(self.world, self.publicity)
        self.post(self.publicity, f"/campaigns/{campaign}/revise")
        answer = self.publicity.client.patch(f"{API}/campaigns/{campaign}", json=changes)
        assert answer.status_code == 200, answer.json

    def signs_off(self, campaign: str) -> None:
        """Send the draft to sign-off, and sign it; it is in force from now on."""
        for person in (self.publicity, self.reviewer):
            sign_in_again(self.world, person)
        self.post(self.publicity, f"/campaigns/{campaign}/submit")
        self.post(self.reviewer, f"/campaigns/{campaign}/approve")

    def revise(self, campaign: str, **changes: Any) -> None:
        """A live campaign with other content, signed off again."""
        self.drafts(campaign, **changes)
        self.signs_off(campaign)

    def take_over(self, asset: int, **fields: Any) -> str:
        """A takeover of all screens, live; its id."""
        body = {"asset_id": f"a_{asset}", "selector": {"all": True}, "label": "紧急预警"}
        takeover = self.post(self.publicity, "/takeovers", **{**body, **fields})["id"]
        self.post(self.reviewer, f"/takeovers/{takeover}/approve")
        return str(takeover)

    def stop(self, mode: str = "safe", **fields: Any) -> str:
        """Everything stopped; the stop's id."""
        body = {"selector": {"all": True}, "mode": mode, **fields}
        return str(self.post(self.publicity, "/stop", **body)["id"])


def open_office(world: World) -> Office:
    """Two people, and the waiting picture that a first run makes."""
    root_unit(world)
    make_asset(world, builtin=True, name="等待画面")
    return Office(world, sign_in(world, "publicity"), sign_in(world, "reviewer"))
