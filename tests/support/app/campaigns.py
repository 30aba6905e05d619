"""Campaigns by way of the API: an author who orders, a reviewer who signs, a stranger beside."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue, root_unit
from tests.support.app.people import Person, sign_in, sign_in_again
from tests.support.app.world import World
from tests.support.factories.assets import make_asset

EVERYWHERE = {"all": True}


@dataclass(frozen=True)
class Office:
    """The people around a campaign; the stranger has the author's role in another street."""

    world: World
    author: Person
    reviewer: Person
    stranger: Person

    def again(self) -> None:
        """Sign everyone in again, after the clock was moved."""
        for person in (self.author, self.reviewer, self.stranger):
            sign_in_again(self.world, person)


def open_office(world: World) -> Office:
    """Author and reviewer of one street, with authority over the whole district."""
    district = root_unit(world)
    street, other = make_unit(world, "宣传科"), make_unit(world, "外街道")
    return Office(
        world,
        author=sign_in(world, "publicity", street, over=district),
        reviewer=sign_in(world, "reviewer", street, over=district),
        stranger=sign_in(world, "publicity", other),
    )


def bank(world: World, **venue: Any) -> BoundScreen:
    """A screen in a bank that is open round the clock."""
    return make_screen(world, venue=make_venue(world, **venue))


def call(person: Person, method: str, path: str, **body: Any) -> TestResponse:
    """A request with a JSON body."""
    return person.client.open(f"/api/v1{path}", method=method, json=body)


def make_playlist(office: Office, *asset_ids: str, **item: Any) -> str:
    """A list of the author's; its id."""
    items = [{"asset_id": asset_id, **item} for asset_id in asset_ids]
    made = call(office.author, "POST", "/playlists", name="防骗一月", items=items)
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def picture(office: Office, **fields: Any) -> str:
    """A picture of the author's, by default signed off; its id."""
    values = {"unit": office.author.unit_id, "author": office.author.user_id, **fields}
    return f"a_{make_asset(office.world, **values)}"


def campaign_body(playlist_id: str, **changes: Any) -> dict[str, Any]:
    """Twelve plays an hour everywhere, from today until the end of the year."""
    return {
        "name": "年末防骗宣传",
        "playlist_id": playlist_id,
        "starts_on": "2026-11-24",
        "ends_on": "2026-12-31",
        "target": {"kind": "plays_per_hour", "value": 12},
        "selector": EVERYWHERE,
        **changes,
    }


def draft(office: Office, **changes: Any) -> str:
    """A draft of the author's with one picture of 15 s; its id."""
    playlist = changes.pop("playlist_id", None)
    if playlist is None:
        playlist = make_playlist(office, picture(office), duration_s=15)
    made = call(office.author, "POST", "/campaigns", **campaign_body(playlist, **changes))
    assert made.status_code == 201, made.json
    return str(made.json["id"])


def act(person: Person, campaign_id: str, action: str, **body: Any) -> TestResponse:
    """One step in a campaign's life."""
    return call(person, "POST", f"/campaigns/{campaign_id}/{action}", **body)


def read(person: Person, campaign_id: str) -> dict[str, Any]:
    """The campaign's document."""
    answer = person.client.get(f"/api/v1/campaigns/{campaign_id}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def signed(office: Office, campaign_id: str) -> dict[str, Any]:
    """Submit by the author and approve by the reviewer; the document."""
    submitted = act(office.author, campaign_id, "submit", include_assets=True)
    assert submitted.status_code == 200, submitted.json
    approved = act(office.reviewer, campaign_id, "approve")
    assert approved.status_code == 200, approved.json
    return read(office.author, campaign_id)


def live(office: Office, **changes: Any) -> str:
    """A campaign on the screens; its id."""
    campaign_id = draft(office, **changes)
    assert signed(office, campaign_id)["state"] == "live"
    return campaign_id
