"""A street with one of everything that has an id, and a person of each role in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, get_args

from server.accounts.recycle_bin.service import BIN
from server.accounts.roles import Role
from server.content.models import Asset, Photo
from server.gateway.models import CommandPicture, SentCommand
from server.inventory.screens.models import RefusedEnrolment, ScreenPause
from server.monitoring.incidents.models import FaultPhoto, FaultReport
from server.reporting.subscriptions.builder import order_due
from server.reporting.subscriptions.models import ReportSchedule
from tests.support.access.marks import Mark
from tests.support.app.authenticator import enrol
from tests.support.app.campaigns import campaign_body
from tests.support.app.clock import HOUR_MS, START_MS
from tests.support.app.inventory import BoundScreen, make_screen, make_unit, make_venue
from tests.support.app.jobs import run_jobs
from tests.support.app.people import Person, sign_in
from tests.support.app.world import World
from tests.support.factories.assets import keep, make_asset
from tests.support.factories.incidents import make_incident
from tests.support.factories.tus_client import begin
from tests.support.monitoring.heartbeats import ContactHistory
from tests.support.plays.on_air import hand_in, hand_in_all, put_on_air
from tests.support.plays.plays import make_batch, make_programme
from tests.support.reporting.spot_checks import PICTURE, make_check
from tests.support.reporting.venue_page import code_of

ROLES: Final[tuple[Role, ...]] = get_args(Role)
DAY: Final = "2026-11-24"
LATER: Final = "2026-11-24T12:00:00+08:00"
BEGUN_MS: Final = START_MS - HOUR_MS
BOOT: Final = "9f3c2a7be1d04c55"


@dataclass
class Street:
    """A unit, its people by role, and the ids of its objects by the parameter that names them.

    `own` are ids of what belongs to one person, by role: only he may see it. `digests` are files.
    """

    world: World
    mark: Mark
    unit: int
    people: dict[Role, Person]
    ids: dict[str, str] = field(default_factory=dict)
    own: dict[Role, dict[str, str]] = field(default_factory=dict)
    digests: set[str] = field(default_factory=set)
    screen: BoundScreen | None = None

    def ids_for(self, role: Role) -> dict[str, str]:
        """What that person's requests name."""
        return self.ids | self.own.get(role, {})

    def makes(self, role: Role, path: str, **body: Any) -> str:
        """The id of what a person of this street makes by way of the API."""
        answer = self.people[role].client.post(f"/api/v1{path}", json=body)
        assert answer.status_code in (200, 201), f"{role} {path}: {answer.text}"
        return str(answer.get_json()["id"])

    def does(self, role: Role, path: str, **body: Any) -> None:
        """An act on something that is there."""
        answer = self.people[role].client.post(f"/api/v1{path}", json=body)
        assert answer.status_code in (200, 201), f"{role} {path}: {answer.text}"

    def keeps(self, row: Any) -> Any:
        """Write a row straight into the tables."""
        with self.world.core.config.write() as session:
            session.add(row)
            session.flush()
        return row


def make_street(world: World, mark: Mark) -> Street:
    """All of it, each thing with the street's mark in whatever words it has."""
    unit = make_unit(world, mark.word("街道"))
    people = {role: sign_in(world, role, unit, username=mark.word(role)) for role in ROLES}
    enrol(world, people["viewer"])  # whose account the others' requests name
    street = Street(world, mark, unit, people)
    for furnish in _ROOMS:
        furnish(street)
    order_due(world.core)
    run_jobs(world.core)
    _reports(street)
    _files(street)
    return street


def _places(street: Street) -> None:
    world, contact = street.world, street.people["venue"].user_id
    village = make_unit(world, street.mark.word("村"), street.unit)
    place = {
        "contacts": (contact,), "address": street.mark.word("路"), "lat": 34.2, "lon": 117.2,
    }  # fmt: skip
    line = street.makes("admin", "/lines", name=street.mark.word("路线"))
    # Stops: transport people have access to them, and their screens have codes, unlike buses'.
    stop = make_venue(
        world, unit=street.unit, name=street.mark.word("站台"), kind="bus_stop",
        line_id=int(line[2:]), **place,
    )  # fmt: skip
    street.screen = make_screen(
        world, venue=stop, name=street.mark.word("屏"), serial=street.mark.word("SN")
    )
    manual = make_venue(
        world, unit=village, name=street.mark.word("候车亭"), kind="bus_stop", access="manual",
        **place,
    )  # fmt: skip
    street.ids |= {
        "unit_id": f"u_{street.unit}",
        "user_id": street.people["viewer"].public_id,
        "venue_id": f"v_{stop}",
        "manual_venue_id": f"v_{manual}",
        "line_id": line,
        "screen_id": street.screen.public_id,
        "code": code_of(world, street.screen),
        "boot": BOOT,
        "key_id": street.makes(
            "admin", "/enrolment-keys", unit_id=f"u_{street.unit}", venue_kind="bus", uses=1,
            expires_at=LATER,
        ),
    }  # fmt: skip


def _boxes(street: Street) -> None:
    """A rejected enrolment at the screen's place, and a declared pause."""
    assert street.screen is not None
    serial = street.mark.word("SN2")
    street.keeps(
        RefusedEnrolment(
            screen_id=street.screen.id, key_id=int(street.ids["key_id"][2:]), serial=serial,
            address="10.0.0.9", first_at=START_MS, last_at=START_MS, tries=1,
        )
    )  # fmt: skip
    street.keeps(
        ScreenPause(screen_id=street.screen.id, from_at=START_MS, until_at=START_MS + HOUR_MS,
                    reason=street.mark.word("检修"), user_id=None)
    )  # fmt: skip


def _content(street: Street) -> None:
    author = {"unit": street.unit, "author": street.people["publicity"].user_id}
    world = street.world
    asset = make_asset(
        world, name=street.mark.word("图"), tags=[street.mark.word("标签")], **author
    )
    waiting = make_asset(world, name=street.mark.word("待"), state="submitted", **author)
    items = [{"asset_id": f"a_{asset}", "duration_s": 15}]
    playlist = street.makes("publicity", "/playlists", name=street.mark.word("列表"), items=items)
    body = campaign_body(playlist, name=street.mark.word("任务"))
    campaign = street.makes("publicity", "/campaigns", **body)
    street.does("publicity", f"/campaigns/{campaign}/submit", include_assets=True)
    street.does("reviewer", f"/campaigns/{campaign}/approve", opinion=street.mark.word("同意"))
    street.does("publicity", f"/campaigns/{campaign}/revise")
    street.ids |= {
        "asset_id": f"a_{waiting}",
        "signed_asset_id": f"a_{asset}",
        "playlist_id": playlist,
        "campaign_id": campaign,
        "takeover_id": street.makes(
            "publicity", "/takeovers", asset_id=f"a_{asset}", selector={"all": True},
            label=street.mark.word("插播"),
        ),
        "stop_id": street.makes("admin", "/stop", selector=_of(street), mode="safe"),
    }  # fmt: skip


def _plays(street: Street) -> None:
    assert street.screen is not None
    programme = make_programme(
        BEGUN_MS, campaigns=(0, 0, 0, 0), names=(street.ids["campaign_id"],), salt=street.unit
    )
    put_on_air(street.world, street.screen, programme, BEGUN_MS)
    slots = programme.slots(BEGUN_MS, START_MS)[:20]
    hand_in_all(street.world, street.screen, programme, slots[4:])
    contacts = ContactHistory(street.world)
    contacts.beats(street.screen.id, "24 08:00", "24 09:00")
    contacts.keep()
    spoilt = make_batch(programme, slots[:4], shown_ms=[1, 2, 3, 4])
    assert hand_in(street.world, street.screen, {**spoilt, "boot": BOOT}).status_code == 200


def _papers(street: Street) -> None:
    draft = {"venue_id": street.ids["manual_venue_id"], "from": "2026-11-23", "to": "2026-11-23"}
    note = street.mark.word("说明")
    attestation = street.makes(
        "venue", "/attestations", **draft, days=1, plays_per_day=40, person=note, note=note
    )
    photo = keep(street.world, note.encode())
    street.keeps(
        Photo(owner=attestation, digest=photo, bytes=9, width=1, height=1,
              user_id=street.people["venue"].user_id, added_at=START_MS)
    )  # fmt: skip
    spell = {"from": "2026-11-24T09:00:00+08:00", "until": LATER, "code": "power_cut"}
    street.ids |= {
        "attestation_id": attestation,
        "digest": photo,
        "exemption_id": street.makes(
            "venue", "/exemptions", selector=_of(street), note=note, **spell
        ),
        "maintenance_id": street.makes(
            "admin", "/maintenance", screen_ids=[street.ids["screen_id"]], until=LATER, reason=note
        ),
        "assessment_pack_id": street.makes(
            "admin", "/assessment-packs", unit_ids=[street.ids["unit_id"]],
            **{"from": "2026-11-23", "to": "2026-11-23"},
        ),
    }  # fmt: skip


def _watch(street: Street) -> None:
    world, screen, word = street.world, street.screen, street.mark.word
    assert screen is not None
    incident = make_incident(world, screen, note=word("备注"), firm=word("公司"))
    report = street.keeps(
        FaultReport(incident_id=incident, screen_id=screen.id, kind="dark", text=word("黑屏"),
                    at=START_MS)
    )  # fmt: skip
    street.keeps(FaultPhoto(report_id=report.id, content=PICTURE))
    command = street.keeps(
        SentCommand(screen_id=screen.id, user_id=street.people["admin"].user_id, name="screenshot",
                    args={}, sent_at=START_MS, state="answered", result=f'"{word("答")}"')
    )  # fmt: skip
    street.keeps(CommandPicture(command_id=command.id, kind="shown", content=PICTURE))
    target = {"name": word("群"), "kind": "webhook", "url": f"http://127.0.0.1:9/{word('x')}"}
    street.ids |= {
        "incident_id": f"i_{incident}",
        "report_id": str(report.id),
        "command_id": f"c_{command.id}",
        "spot_check_id": f"z_{make_check(world, screen, frame_unit_id=street.unit)}",
        "notification_target_id": street.makes(
            "admin", "/notification-targets", unit_id=street.ids["unit_id"], **target
        ),
        "duty_shift_id": street.makes(
            "admin", "/duty-shifts", unit_id=street.ids["unit_id"],
            user_id=street.people["reviewer"].public_id, days=[1],
        ),
        "bulk_id": street.makes(
            "admin", "/screens/bulk", screen_ids=[screen.public_id], action="pause", until=LATER,
            reason=word("停"),
        ),
        "binned_item_id": _deleted_line(street),
    }  # fmt: skip


def _deleted_line(street: Street) -> str:
    """The bin's id for a line that was deleted."""
    line = street.makes(
        "admin", "/lines", unit_id=street.ids["unit_id"], name=street.mark.word("废线")
    )
    deleted = street.people["admin"].client.delete(f"/api/v1/lines/{line}")
    return deleted.headers[BIN]


def _personal(street: Street) -> None:
    """What one person has for himself, for each who may have it."""
    for role, person in street.people.items():
        street.own[role] = {
            "token_id": street.makes(role, "/tokens", name=street.mark.word("令牌"))
        }
        street.own[role] |= {
            "play_export_id": street.makes(role, "/plays/exports", **{"from": DAY, "to": DAY}),
            "report_schedule_id": street.makes(role, "/report-schedules", kind="daily"),
        }
        _is_due(street, street.own[role]["report_schedule_id"])
        if role != "auditor":
            path = f"/venues/{street.ids['venue_id']}/led-packs"
            street.own[role]["led_pack_id"] = street.makes(role, path, width=96, height=64)
        if role in ("admin", "publicity", "venue"):
            street.own[role]["upload"] = begin(person, 10).rpartition("/")[2]


def _is_due(street: Street, schedule: str) -> None:
    with street.world.core.config.write() as session:
        session.get_one(ReportSchedule, int(schedule[2:])).next_first = date(2026, 11, 23)


def _reports(street: Street) -> None:
    """The files that the schedules' time has brought."""
    for role, own in street.own.items():
        path = f"/api/v1/report-schedules/{own['report_schedule_id']}/files"
        own["report_file_id"] = street.people[role].client.get(path).get_json()["items"][0]["id"]


def _files(street: Street) -> None:
    """Everything that is served by its digest, and the name of a file of the pack."""
    street.ids["name"] = f"{street.ids['unit_id']}.xlsx"
    with street.world.core.config.read() as session:
        for parameter in ("asset_id", "signed_asset_id"):
            asset = session.get_one(Asset, int(street.ids[parameter][2:]))
            street.digests |= {one.digest for one in asset.renditions} | {str(asset.thumbnail)}
    street.ids["file"] = min(street.digests)


def _of(street: Street) -> dict[str, list[str]]:
    return {"screen_ids": [street.ids["screen_id"]]}


_ROOMS: Final[tuple[Callable[[Street], None], ...]] = (
    _places,
    _boxes,
    _content,
    _plays,
    _papers,
    _watch,
    _personal,
)
