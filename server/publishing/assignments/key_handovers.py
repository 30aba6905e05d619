"""Hand-overs: assignments by which screens come to trust another key, one after the other.

A screen that was away during two changes gets two of them, each signed with the key of the one
before. They are ordinary assignments, so a version shows whether a screen has accepted one.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.foundation.crypto.signing import Signer
from server.publishing.assignments.payload import VALID_MS
from server.publishing.assignments.rows import FEW, AssignmentRecord
from server.publishing.assignments.signing_keys import Keyring
from server.publishing.models import Assignment, HandOver

RENEW_BELOW_MS: Final = 20 * 86_400_000


class HandOvers:
    """The hand-overs that screens have not accepted yet; changes are in the session at once."""

    def __init__(
        self, session: Session, rows: Mapping[int, AssignmentRecord], keys: Keyring
    ) -> None:
        self._session = session
        self._keys = keys
        waiting = [key for key, row in rows.items() if row.pinned != keys.kid]
        self._of: defaultdict[int, list[HandOver]] = defaultdict(list)
        for one in _load(session, waiting):
            self._of[one.screen_id].append(one)

    def introducer(self, row: AssignmentRecord) -> Signer | None:
        """The key to introduce the current one to a screen after its waiting hand-overs.

        None if it trusts that key then, or nobody at hand.
        """
        mine = self._of.get(row.screen_id) if self._of else None
        if not mine:
            return None if row.pinned == self._keys.kid else self._keys.introducer(row.pinned)
        pins = {key["kid"] for key in json.loads(mine[-1].text)["keys"]}
        return self._keys.introducer(mine[-1].introduces, pins)

    def add(self, row: AssignmentRecord) -> None:
        """The newest order of a screen is a hand-over to the current key."""
        made = HandOver(
            screen_id=row.screen_id,
            version=row.version,
            introduces=self._keys.kid,
            manifest=row.manifest,
            expires_at=row.expires_at,
            text=row.text,
            kid=row.kid,
            signature=row.signature,
        )
        self._session.add(made)
        self._of[row.screen_id].append(made)

    def forget(self, screen_id: int) -> None:
        """Drop those of a screen with a new player, which has pinned the newest keys."""
        self._session.execute(delete(HandOver).where(HandOver.screen_id == screen_id))
        self._of.pop(screen_id, None)

    def extend(self, screen_id: int, now_ms: int) -> None:
        """Make those last longer that would end soon, if the key that signed them is at hand.

        Version and instant stay, and with them the order in which a screen takes what it gets.
        """
        for one in self._of.get(screen_id, ()) if self._of else ():
            signer = self._keys.former(one.kid)
            if signer is None or one.expires_at - now_ms >= RENEW_BELOW_MS:
                continue
            _extend(one, signer, now_ms)


def sign_again(session: Session, signer: Signer, now_ms: int) -> int:
    """Make those last longer that this key has signed; how many screens they are for."""
    found = list(session.scalars(select(HandOver).where(HandOver.kid == signer.kid)))
    for one in found:
        _extend(one, signer, now_ms)
        now = {"text": one.text, "signature": one.signature, "expires_at": one.expires_at}
        same = Assignment.screen_id == one.screen_id, Assignment.version == one.version
        session.execute(update(Assignment).where(*same).values(**now))
    return len({one.screen_id for one in found})


def _extend(one: HandOver, signer: Signer, now_ms: int) -> None:
    one.expires_at = now_ms + VALID_MS
    wire: dict[str, Any] = {**json.loads(one.text), "expires_at": one.expires_at}
    one.text = orjson.dumps(wire).decode()
    one.signature = signer.sign(one.text)


def settle(session: Session, accepted: Mapping[int, int], signer: Signer) -> None:
    """Screens have taken these versions: they trust what the hand-overs up to there brought.

    Where that is still the newest order it is signed again, with the key that it has brought: the
    screen may ask for it once more, and doesn't know the former one any longer.
    """
    for one in _load(session, accepted):
        if one.version <= accepted[one.screen_id]:
            mine = Assignment.screen_id == one.screen_id
            session.execute(update(Assignment).where(mine).values(pinned=one.introduces))
            if one.introduces == signer.kid:
                now = {"kid": signer.kid, "signature": signer.sign(one.text)}
                same = Assignment.version == one.version
                session.execute(update(Assignment).where(mine, same).values(**now))
            session.delete(one)


def _load(session: Session, screen_ids: Collection[int]) -> list[HandOver]:
    if not screen_ids:
        return []
    query = select(HandOver).order_by(HandOver.screen_id, HandOver.version)
    if len(screen_ids) <= FEW:
        query = query.where(HandOver.screen_id.in_(list(screen_ids)))
    wanted = set(screen_ids)
    return [one for one in session.scalars(query) if one.screen_id in wanted]
