"""Binds a player to a screen with a short code, in the form of RFC 8628."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.audit_log.record import record
from server.accounts.auth.one_time_secrets import hashed, new_secret
from server.foundation.core import Core
from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence
from server.foundation.ip_networks import network_of
from server.foundation.public_ids import public
from server.inventory.devices import history as boxes
from server.inventory.devices.serials import take_over
from server.inventory.enrolment import pairing_codes, rejected_enrolments, venue_page_codes
from server.inventory.enrolment.credentials import IssuedToken, issue_token, void_tokens
from server.inventory.enrolment.pairing_attempts import WrongCodes
from server.inventory.enrolment.polling_limit import Pace
from server.inventory.enrolment.token_errors import TokenRefused
from server.inventory.screens import queries as screen_queries
from server.inventory.screens.events import ScreenPaired, ScreenRevoked
from server.inventory.screens.models import Pairing, Screen
from server.inventory.screens.rendition_classes import class_for
from server.inventory.venues import queries as venue_queries

LIFETIME_MS = 600_000
INTERVAL_S = 3
# Kept for a while after expiry, so that a late player gets `expired_token`.
KEEP_MS = 3_600_000
MOST_WAITING = 10_000
MOST_WAITING_FROM_ONE_NETWORK = 1_000

WRONG_CODE = Sentence(
    "绑定码不正确或已过期，请核对屏幕上显示的绑定码。",
    "The code is wrong or has expired: compare it with what the screen shows.",
)
RETIRED = Sentence(
    "该显示屏已停用，不能再绑定；请在点位下新建显示屏。",
    "This screen was retired and can't be paired: pair the player as a new screen of the venue.",
)


@dataclass(frozen=True)
class PlayerInfo:
    """A player's description of itself; sizes in pixels. `box`: the secret that identifies it."""

    width: int | None = None
    height: int | None = None
    player: str = ""
    hint: str = ""
    public_key: Mapping[str, Any] | None = None
    box: str = ""


@dataclass(frozen=True)
class AskedPairing:
    """The codes for a player to show and poll with."""

    device_code: str
    user_code: str
    expires_in_s: int = LIFETIME_MS // 1000
    interval_s: int = INTERVAL_S


@dataclass(frozen=True)
class PairRequest:
    """A person's request: the code, and a venue with a name, or the screen for a new box.

    With `replaces` the old box is gone for good: the record gets the new box's serial, or none if
    it is unknown.
    """

    user_code: str
    venue_id: str | None = None
    name: str = ""
    screen_id: str | None = None
    replaces: bool = False
    serial: str | None = None


def ask(core: Core, player: PlayerInfo, address: str) -> AskedPairing:
    """Issue codes to a player; if too many wait, the longest waiting one is dropped."""
    now_ms, device_code = core.clock.now_ms(), new_secret()
    # Requests that come together (after a power cut, in a flood) share a flush; a thread awaits it.
    code = core.group_writer.write(
        lambda session: _issued(session, player, network_of(address), hashed(device_code), now_ms)
    )
    return AskedPairing(device_code, pairing_codes.shown(code))


def _issued(
    session: Session, player: PlayerInfo, network: str, device_hash: str, now_ms: int
) -> str:
    session.execute(delete(Pairing).where(Pairing.expires_at <= now_ms - KEEP_MS))
    _make_way(session, now_ms, network)
    pairing = Pairing(
        device_hash=device_hash,
        user_code=_unused_code(session),
        width=player.width,
        height=player.height,
        player=player.player,
        hint=player.hint,
        address=network,
        public_key=dict(player.public_key) if player.public_key else None,
        created_at=now_ms,
        expires_at=now_ms + LIFETIME_MS,
    )
    session.add(pairing)
    return pairing.user_code


def pair(
    core: Core, actor: Actor, request: PairRequest, wrong_codes: WrongCodes, address: str
) -> Screen:
    """Bind the player that shows the code. Raises NotFound, Forbidden, Invalid, TooMany."""
    now_ms = core.clock.now_ms()
    # Before the transaction, so that guessing doesn't occupy the write lock.
    wrong_codes.check(address, now_ms)
    with core.config.write() as session:
        target = _target(session, actor, request, now_ms)
        pairing = _waiting(session, request.user_code, wrong_codes, address, now_ms)
        had_player = target.enrolled_at is not None
        merged = _renumber(session, now_ms, actor, request, target)
        _bind(session, now_ms, pairing, target, actor.user_id)
        record(
            session,
            now_ms,
            actor.user_id,
            "screen.replace" if request.replaces else "screen.pair",
            public("screen", target.id),
            venue=public("venue", target.venue_id),
        )
        session.refresh(target)
        venue_page_codes.ensure(session, [target], now_ms)
    for gone in (target.id if had_player else None, merged):
        if gone is not None:
            core.events.publish(ScreenRevoked(gone))
    core.events.publish(ScreenPaired(target.id))
    return target


def redeem(core: Core, device_code: str, pace: Pace, box: str = "") -> IssuedToken:
    """Issue the token, once, after a person has entered the code. Raises TokenRefused.

    A box with a secret may ask again while the code is valid, as the answer may have been lost. The
    previous token becomes void.
    """
    now_ms = core.clock.now_ms()
    secret_hash = hashed(device_code)
    with core.config.read() as session:
        if _pairing_of(session, secret_hash, now_ms).screen_id is None:
            too_fast = pace.is_too_fast(secret_hash, now_ms)
            raise TokenRefused("slow_down" if too_fast else "authorization_pending")
    with core.config.write() as session:
        pairing = _pairing_of(session, secret_hash, now_ms)
        screen = session.get(Screen, pairing.screen_id)
        if screen is None or screen.revoked_at is not None or screen.retired_at is not None:
            raise TokenRefused("access_denied")
        _note_fetched(pairing, box, now_ms)
        return issue_token(session, now_ms, screen)


def _pairing_of(session: Session, secret_hash: str, now_ms: int) -> Pairing:
    pairing = session.scalar(select(Pairing).where(Pairing.device_hash == secret_hash))
    if pairing is None or pairing.expires_at <= now_ms:
        raise TokenRefused("expired_token")
    return pairing


def _note_fetched(pairing: Pairing, box: str, now_ms: int) -> None:
    own = hashed(box) if box else None
    if pairing.box_hash is not None and pairing.box_hash != own:
        raise TokenRefused("expired_token")
    pairing.box_hash = own
    if own is None:
        pairing.expires_at = now_ms


def _make_way(session: Session, now_ms: int, network: str) -> None:
    """If too many wait, drop the oldest of the network with the most of them.

    Requests from other networks are not affected by a flood.
    """
    waiting = (Pairing.expires_at > now_ms) & Pairing.screen_id.is_(None)
    own = session.scalar(select(func.count(Pairing.id)).where(waiting, Pairing.address == network))
    if (own or 0) >= MOST_WAITING_FROM_ONE_NETWORK:
        return _drop_oldest(session, waiting, network)
    if (session.scalar(select(func.count(Pairing.id)).where(waiting)) or 0) < MOST_WAITING:
        return None
    most = select(Pairing.address).where(waiting).group_by(Pairing.address)
    greediest = session.scalar(most.order_by(func.count().desc(), func.min(Pairing.id)).limit(1))
    return _drop_oldest(session, waiting, greediest or network)


def _drop_oldest(session: Session, waiting: ColumnElement[bool], network: str) -> None:
    oldest = select(func.min(Pairing.id)).where(waiting, Pairing.address == network)
    session.execute(delete(Pairing).where(Pairing.id == oldest.scalar_subquery()))


def _unused_code(session: Session) -> str:
    code = pairing_codes.new_code()
    while session.scalar(select(Pairing.id).where(Pairing.user_code == code)) is not None:
        code = pairing_codes.new_code()
    return code


def _target(session: Session, actor: Actor, request: PairRequest, now_ms: int) -> Screen:
    """The screen to bind: one to replace, or a new one of a venue."""
    if request.screen_id is not None:
        screen = screen_queries.find(session, actor, "screens.pair", request.screen_id)
        if screen.retired_at is not None:
            raise Conflict(RETIRED, code="retired")
        return screen
    if request.venue_id is None:
        detail = Sentence(
            "请选择点位，或选择要更换终端的显示屏。",
            "Choose a venue, or the screen whose player is replaced.",
        )
        raise Invalid.at("/venue_id", detail)
    venue = venue_queries.find(session, actor, "screens.pair", request.venue_id)
    return Screen(
        venue_id=venue.id,
        name=request.name or venue.name,
        rendition_class=class_for(None, None),
        created_at=now_ms,
    )


def _waiting(
    session: Session, typed: str, wrong_codes: WrongCodes, address: str, now_ms: int
) -> Pairing:
    """The pairing that waits for this code; a wrong code is counted against the address."""
    wrong_codes.check(address, now_ms)  # again: others may have guessed while this one waited
    pairing = session.scalar(
        select(Pairing).where(
            Pairing.user_code == pairing_codes.normalised(typed),
            Pairing.expires_at > now_ms,
            Pairing.screen_id.is_(None),
        )
    )
    if pairing is None:
        wrong_codes.note(address, now_ms)
        raise Invalid.at("/user_code", WRONG_CODE, "wrong_code")
    return pairing


def _renumber(
    session: Session, now_ms: int, actor: Actor, request: PairRequest, screen: Screen
) -> int | None:
    """Set the record's serial to the new box's; returns the screen that gave it up."""
    if not request.replaces or (screen.enrolled_at is None and request.serial is None):
        return None
    merged = take_over(session, now_ms, actor, screen, request.serial) if request.serial else None
    boxes.end(session, now_ms, screen, "replaced", actor.user_id)
    rejected_enrolments.close(session, now_ms, screen.id)
    screen.serial = request.serial
    return merged


def _bind(session: Session, now_ms: int, pairing: Pairing, screen: Screen, user_id: int) -> None:
    session.add(screen)
    session.flush()
    void_tokens(session, now_ms, screen.id)
    boxes.end(session, now_ms, screen, "replaced", user_id)
    _forget_others(session, now_ms, screen.id)
    if screen.rendition_class == class_for(screen.width, screen.height):
        screen.rendition_class = class_for(pairing.width, pairing.height)
    screen.width, screen.height = pairing.width, pairing.height
    screen.player, screen.public_key = pairing.player, pairing.public_key
    boxes.begin(session, now_ms, screen, boxes.Arrival("code", user_id))
    screen.enrolled_at = screen.enrolled_at or now_ms
    screen.revoked_at = None
    pairing.screen_id = screen.id
    session.flush()


def _forget_others(session: Session, now_ms: int, screen_id: int) -> None:
    """A player bound just before that hasn't fetched its token yet is dropped."""
    for other in session.scalars(select(Pairing).where(Pairing.screen_id == screen_id)):
        other.expires_at = min(other.expires_at, now_ms)
