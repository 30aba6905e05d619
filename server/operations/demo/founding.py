"""Creates units, people, lines, venues and screens of the demo district."""

from dataclasses import dataclass, field

from sqlalchemy import select

from server.accounts.actor import Actor
from server.accounts.auth.sessions import actor_of
from server.accounts.models import User
from server.foundation.core import Core
from server.foundation.public_ids import public
from server.inventory.enrolment.keys import redeem_key
from server.inventory.screens.service import ScreenDraft, create_screen
from server.inventory.venues.fields.validation import VenueDraft
from server.inventory.venues.service import create_venue
from server.operations.demo import names
from server.operations.demo.desk import Desk
from server.operations.demo.layout import Layout, VenuePlan
from server.publishing.manifests.rebuild_queue import request_rebuild
from server.simulator.player.disk import Credential

ADMIN = "admin"


@dataclass
class Office:
    """The office with its clients and the objects so far, by name."""

    core: Core
    wsgi: object
    passwords: dict[str, str]
    desks: dict[str, Desk] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    venues: list[str] = field(default_factory=list)
    screens: list[str] = field(default_factory=list)
    assets: dict[str, str] = field(default_factory=dict)
    playlists: dict[str, str] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)

    def desk(self, username: str) -> Desk:
        """A person's signed-in client."""
        if username not in self.desks:
            desk = Desk.within(self.wsgi, username, self.passwords[username])
            self.desks[username] = desk.sign_in()
        return self.desks[username]

    @property
    def writer(self) -> Actor:
        """陈静 as an actor for services."""
        with self.core.config.read() as session:
            user = session.scalars(select(User).where(User.username == "xuanchuan")).one()
            return actor_of(self.core, user)

    @property
    def publicity(self) -> Desk:
        """陈静's client."""
        return self.desk("xuanchuan")

    @property
    def reviewer(self) -> Desk:
        """林国栋's client."""
        return self.desk("shenpi")


def found(office: Office) -> None:
    """Create units and people, as the administrator."""
    admin = office.desk(ADMIN)
    root = admin.does("GET", "/units")["items"][0]["id"]
    admin.does("PATCH", f"/units/{root}", {"name": names.DISTRICT, "leader": "江湾区反诈专班"})
    office.units[names.DISTRICT] = root
    for name, leader in names.OFFICES:
        office.units[name] = admin.makes("/units", name=name, parent_id=root, leader=leader)
    for street, communities in names.STREETS.items():
        office.units[street] = admin.makes("/units", name=street, parent_id=root)
        for community in communities:
            parent = office.units[street]
            office.units[community] = admin.makes("/units", name=community, parent_id=parent)
    for username, name, role, unit, everywhere in names.PEOPLE:
        over = root if everywhere else office.units[unit]
        admin.makes(
            "/users",
            username=username,
            password=office.passwords[username],
            name=name,
            unit_id=office.units[unit],
            roles=[{"role": role, "unit_id": over}],
        )


def settle(office: Office, layout: Layout) -> None:
    """Create lines, venues and screen records, as the publicity office."""
    depot_unit = office.units["交通运输分局"]
    for name, depot, first, last in names.LINES:
        vehicles = [venue.vehicle for venue in layout.venues if venue.line == name]
        office.lines[name] = office.publicity.makes(
            "/lines",
            name=name,
            unit_id=depot_unit,
            depot=depot,
            first_service=first,
            last_service=last,
            vehicles=vehicles,
        )
    contact, writer = _contact_of(office), office.writer
    with office.core.events.silence():
        for venue in layout.venues:
            made = create_venue(office.core, writer, _draft(office, venue, contact))
            office.venues.append(public("venue", made.id))
        for screen in layout.screens:
            width, height = screen.size
            draft = ScreenDraft(screen.name, screen.serial, width, height)
            venue_id = office.venues[screen.venue]
            row = create_screen(office.core, writer, venue_id, draft)
            office.screens.append(public("screen", row.id))


def bind(office: Office, layout: Layout, until: str) -> list[Credential]:
    """Enrol players with an enrolment key and the recorded serial numbers."""
    admin = office.desk(ADMIN)
    key = admin.does(
        "POST",
        "/enrolment-keys",
        {
            "unit_id": office.units[names.DISTRICT],
            "venue_kind": "other",
            "uses": len(layout.screens),
            "expires_at": until,
        },
    )["key"]
    pins = list(office.core.signer.public_keys())
    with office.core.events.silence():
        issued = [redeem_key(office.core, key, screen.serial) for screen in layout.screens]
    # The listeners' work, once for all screens.
    request_rebuild(office.core)
    return [Credential(one.token, public("screen", one.screen_id), pins) for one in issued]


def _draft(office: Office, venue: VenuePlan, contact: str) -> VenueDraft:
    return VenueDraft(
        name=venue.name,
        kind=venue.kind,
        unit_id=office.units[venue.unit],
        territory_unit_id=office.units[venue.territory],
        line_id=office.lines[venue.line] if venue.line else None,
        access=venue.access,
        address=venue.address,
        lat=venue.lat,
        lon=venue.lon,
        contact_name=venue.contact,
        contact_phone=venue.phone,
        contact_user_ids=(contact,) if venue.kind == "bank" else (),
        vehicle=venue.vehicle,
        depot=venue.depot,
        **venue.more,
    )


def _contact_of(office: Office) -> str:
    people = office.desk(ADMIN).does("GET", "/users?limit=100")["items"]
    return next(str(one["id"]) for one in people if one["username"] == "dianwei")
