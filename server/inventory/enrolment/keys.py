"""Enrolment keys: many players of one unit bind without a code each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.accounts import queries as account_queries
from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.auth.one_time_secrets import hashed, new_secret
from server.accounts.queries import find_owned, owned_in_scope
from server.foundation.core import Core
from server.foundation.db import plain_rows
from server.foundation.db.change_tracking import note
from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence
from server.foundation.public_ids import public
from server.foundation.rest.preconditions import Check, unchecked
from server.inventory.devices import history as boxes
from server.inventory.devices.serials import UNPLACED, holder_of
from server.inventory.enrolment import rejected_enrolments
from server.inventory.enrolment.credentials import IssuedToken, issue_first_token, issue_token
from server.inventory.enrolment.pairing import PlayerInfo
from server.inventory.enrolment.rejected_enrolments import Try
from server.inventory.enrolment.token_errors import TokenRefused
from server.inventory.screens.events import EnrolmentRefused, ScreenPaired
from server.inventory.screens.models import EnrolmentKey, Screen, ScreenBox
from server.inventory.screens.rendition_classes import class_for
from server.inventory.venues.kinds import KINDS, NO_SUCH_KIND
from server.inventory.venues.models import Venue

KEY_PREFIX = "ane_"
# As text: strangers try keys, and boxes come by the thousand.
_KEY: Final = (
    "SELECT id, revoked_at, expires_at, used, uses FROM enrolment_keys WHERE secret_hash = ?"
)
_USED: Final = "UPDATE enrolment_keys SET used = used + 1 WHERE id = ? AND used < uses"
_REGISTERED_SERIAL: Final = (
    "SELECT 1 FROM screens WHERE serial = ? AND retired_at IS NULL"
    " UNION ALL SELECT 1 FROM screen_boxes WHERE serial = ?"
)
OTHER_KEY = Sentence(
    "这不是这条记录的接入码；接入码只在新建时显示一次，遗失请新建。",
    "That isn't this record's key. A key is shown once, when it is made: if it is lost, make one.",
)


@dataclass(frozen=True)
class KeyDraft:
    """A new key: for `uses` screens of a unit, until an instant."""

    unit_id: str
    venue_kind: str
    uses: int
    expires_at: int


@dataclass(frozen=True)
class MadeKey:
    """A key's row and its secret, which is shown once."""

    row: EnrolmentKey
    key: str


def make_key(core: Core, actor: Actor, draft: KeyDraft) -> MadeKey:
    """Create a key. Raises NotFound for a foreign unit, Invalid for a wrong kind or date."""
    now_ms = core.clock.now_ms()
    _check(draft, now_ms)
    secret = new_secret(KEY_PREFIX)
    with core.config.write() as session:
        unit = account_queries.find_unit(session, actor, "keys.manage", draft.unit_id)
        row = EnrolmentKey(
            unit=unit,
            secret_hash=hashed(secret),
            venue_kind=draft.venue_kind,
            uses=draft.uses,
            used=0,
            made_by=actor.user_id,
            created_at=now_ms,
            expires_at=draft.expires_at,
        )
        session.add(row)
        session.flush()
        subject = public("enrolment_key", row.id)
        record(session, now_ms, actor.user_id, "enrolment_key.create", subject, uses=draft.uses)
    return MadeKey(row, secret)


def find_key(session: Session, actor: Actor, text: str) -> EnrolmentKey:
    """The key by public id. Raises NotFound outside the scope."""
    return find_owned(session, actor, "keys.manage", EnrolmentKey, "enrolment_key", text)


def keys_in_scope(actor: Actor) -> Select[EnrolmentKey]:
    """All keys of the units whose keys the person manages."""
    return owned_in_scope(actor, "keys.manage", EnrolmentKey)


def screens_by(session: Session, keys: Iterable[int]) -> dict[int, int]:
    """Number of screens whose boxes came by each of the keys."""
    query = (
        select(ScreenBox.key_id, func.count(ScreenBox.screen_id.distinct()))
        .where(ScreenBox.key_id.in_(list(keys)))
        .group_by(ScreenBox.key_id)
    )
    return {key: count for key, count in session.execute(query) if key is not None}


def require_same(row: EnrolmentKey, key: str) -> None:
    """Raise Invalid unless it is the key of this row."""
    if hashed(key) != row.secret_hash:
        raise Invalid.at("/key", OTHER_KEY)


def roster_names(session: Session, key: EnrolmentKey, serials: Iterable[str]) -> dict[str, str]:
    """Names of the screens in service with these serials, within the key's unit."""
    query = select(Screen).where(Screen.serial.in_(list(serials)), Screen.retired_at.is_(None))
    return {
        row.serial: row.name if row.name == row.venue.name else f"{row.venue.name} · {row.name}"
        for row in session.scalars(query)
        if row.serial and row.venue.unit.path.startswith(key.unit.path)
    }


def revoke_key(core: Core, actor: Actor, text: str, check: Check = unchecked) -> None:
    """Revoke the key; screens bound with it stay bound."""
    now_ms = core.clock.now_ms()
    with core.config.write() as session:
        row = find_key(session, actor, text)
        check(row)
        row.revoked_at = row.revoked_at or now_ms
        record(session, now_ms, actor.user_id, "enrolment_key.revoke", text)


def redeem_key(
    core: Core, key: str, serial: str, player: PlayerInfo | None = None, address: str = ""
) -> IssuedToken:
    """Bind the player with this serial at once. Raises TokenRefused("access_denied").

    The currently bound box, identified by its own secret, gets a new token without a use: its
    answer may have been lost. Raises Busy only if nothing was done.
    """
    info = player or PlayerInfo()
    key_id = _key_to_try(core, key, serial, info)
    entry = core.group_writer.write(lambda session: _entry(session, core, key_id, serial, info))
    if isinstance(entry, IssuedToken):
        core.events.publish(ScreenPaired(entry.screen_id))
        return entry
    rejected_enrolments.note(core, Try(entry, key_id, serial, address))
    core.events.publish(EnrolmentRefused(entry, serial))
    raise TokenRefused("access_denied")


def _key_to_try(core: Core, secret: str, serial: str, info: PlayerInfo) -> int:
    """The key's number. Raises TokenRefused without a write if the key is invalid.

    So attackers who guess keys don't occupy the write lock.
    """
    found = core.config.first(_KEY, hashed(secret))
    if found is None or found[1] is not None:
        raise TokenRefused("access_denied")
    key_id, _, expires_at, used, uses = found
    if expires_at <= core.clock.now_ms() or used >= uses:
        with core.config.read() as session:
            if _returning(session, holder_of(session, serial), info) is None:
                raise TokenRefused("access_denied")
    return int(key_id)


def _entry(
    session: Session, core: Core, key_id: int, serial: str, info: PlayerInfo
) -> IssuedToken | int:
    """The box's token, or the screen on whose behalf it is refused. Raises TokenRefused."""
    now_ms, key = core.clock.now_ms(), session.get_one(EnrolmentKey, key_id)
    if key.revoked_at is not None:
        raise TokenRefused("access_denied")
    # Most serials are new, which needs no further queries.
    is_registered = plain_rows.first(session, _REGISTERED_SERIAL, serial, serial) is not None
    holder = holder_of(session, serial) if is_registered else None
    back = _returning(session, holder, info)
    if back is not None:
        return issue_token(session, now_ms, back)
    if key.expires_at <= now_ms:
        raise TokenRefused("access_denied")
    keeper = _keeper(session, holder, serial) if is_registered else None
    if keeper is not None:
        return keeper.id
    _use(session, key)
    if holder is None:
        issued = _new_screen(session, core, key, serial, info)
    else:
        _bind(session, now_ms, _in_reach(holder, key), key, info)
        rejected_enrolments.close(session, now_ms, holder.id, serial)
        issued = issue_token(session, now_ms, holder)
    subject, by = public("screen", issued.screen_id), public("enrolment_key", key.id)
    record(session, now_ms, None, "screen.enrol", subject, key=by)
    return issued


def _returning(session: Session, holder: Screen | None, info: PlayerInfo) -> Screen | None:
    """The screen to which this very box is bound already."""
    if holder is None or holder.revoked_at is not None:
        return None
    return holder if boxes.is_present(session, holder, info.box) else None


def _bind(
    session: Session, now_ms: int, screen: Screen, key: EnrolmentKey, info: PlayerInfo
) -> None:
    boxes.end(session, now_ms, screen, "replaced", None)
    screen.player = info.player or screen.player
    # The former box's public key doesn't apply to this one.
    screen.public_key = dict(info.public_key) if info.public_key else None
    boxes.begin(session, now_ms, screen, boxes.Arrival("key", key_id=key.id, box=info.box))
    screen.enrolled_at = screen.enrolled_at or now_ms
    screen.revoked_at = None


def _check(draft: KeyDraft, now_ms: int) -> None:
    faults = []
    if draft.venue_kind not in KINDS:
        faults.append(Fault("/venue_kind", NO_SUCH_KIND))
    if draft.expires_at <= now_ms:
        faults.append(
            Fault("/expires_at", Sentence("有效期须晚于现在。", "The end must lie in the future."))
        )
    if faults:
        raise Invalid(
            Sentence("批量接入码填写有误。", "The enrolment key is wrong."), faults=faults
        )


def _use(session: Session, key: EnrolmentKey) -> None:
    """Count a use. Raises TokenRefused if none is left."""
    if plain_rows.run_many(session, _USED, [(key.id,)]) == 0:
        raise TokenRefused("access_denied")
    note(session, "enrolment_keys", id=key.id, unit_id=key.unit_id)


def _keeper(session: Session, holder: Screen | None, serial: str) -> Screen | None:
    """The screen on whose behalf the serial is refused: its box is alive, or was removed from it.

    A record that never had a box, or awaits its next one, counts as a person's consent.
    """
    if holder is None:
        return boxes.taken_from(session, serial)
    if holder.enrolled_at is None or holder.awaited_since is not None:
        return None
    return holder if holder.revoked_at is None else _revoked_with(session, holder, serial)


def _revoked_with(session: Session, screen: Screen, serial: str) -> Screen | None:
    """A revoked screen whose record has got another serial awaits that box."""
    if not boxes.boxes_of(session, screen.id):
        return screen
    return boxes.taken_from(session, serial)


def _in_reach(screen: Screen, key: EnrolmentKey) -> Screen:
    """The recorded screen. Raises TokenRefused for a foreign unit's."""
    if not screen.venue.unit.path.startswith(key.unit.path):
        raise TokenRefused("access_denied")
    return screen


def _new_screen(
    session: Session, core: Core, key: EnrolmentKey, serial: str, info: PlayerInfo
) -> IssuedToken:
    """A venue, its screen and the box, without the mapper: they come by the thousand."""
    now_ms = core.clock.now_ms()
    venue_id = plain_rows.insert_one(
        session,
        Venue.__table__,
        unit_id=key.unit_id,
        name=serial,
        kind=key.venue_kind,
        timezone=core.settings.timezone,
        hours=KINDS[key.venue_kind].usual_hours(),
        tags=[UNPLACED],
        created_at=now_ms,
    )
    screen_id = plain_rows.insert_one(
        session,
        Screen.__table__,
        venue_id=venue_id,
        name=serial,
        serial=serial,
        player=info.player,
        public_key=dict(info.public_key) if info.public_key else None,
        rendition_class=class_for(None, None),
        created_at=now_ms,
        enrolled_at=now_ms,
    )
    arrival = boxes.Arrival("key", key_id=key.id, box=info.box)
    boxes.begin_first(session, now_ms, (screen_id, serial, info.player), arrival)
    return issue_first_token(session, now_ms, screen_id)
