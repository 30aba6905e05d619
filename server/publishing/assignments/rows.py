"""Assignments as plain values while a round changes them: thousands are written in a moment.

Rows as objects of the mapper cost several times what signing them does.
"""

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.foundation.db import plain_rows
from server.publishing.models import Assignment

# Up to here the numbers go into the query; beyond, reading all rows costs less.
FEW: Final = 1_000


class AssignmentRecord(msgspec.Struct):
    """A screen's newest assignment; the fields are columns of `assignments`.

    Values of JSON columns are shared between rows, and replaced, never modified.
    """

    screen_id: int
    version: int = 0
    serial: int = 0
    manifest: str = ""
    leaving: str | None = None
    activate_at: int = 0
    issued_at: int = 0
    expires_at: int = 0
    takeover: dict[str, Any] | None = None
    takeover_until: int | None = None
    revoked: list[str] | None = None
    metered: dict[str, Any] | None = None
    pause: dict[str, Any] | None = None
    inputs: str = ""
    built_at: int = 0
    pinned: str = ""
    text: str = ""
    kid: str = ""
    signature: str = ""

    def in_force(self, now_ms: int) -> str:
        """The manifest on air at a screen that follows its assignment."""
        if self.leaving is None or self.activate_at <= now_ms:
            return self.manifest
        return self.leaving


class AssignmentSummary(NamedTuple):
    """The fields of a screen's newest assignment that a receipt is compared to."""

    screen_id: int
    version: int
    kid: str
    pinned: str
    takeover: str | None


def takeover_id(takeover: str | None) -> str | None:
    """The public id of the takeover or stop in a screen's assignment."""
    return None if takeover is None else plain_rows.shared(takeover)["id"]


class Texts:
    """The JSON of values that many rows share: made once for all of them."""

    def __init__(self) -> None:
        self._cached: dict[int, tuple[Any, str]] = {}

    def of(self, value: Any) -> str | None:
        """The JSON of a value that must not be changed; None stays None."""
        if value is None:
            return None
        # The value is kept too: as long as it is, no other has its id.
        cached = self._cached.get(id(value))
        if cached is None:
            cached = self._cached[id(value)] = value, orjson.dumps(value).decode()
        return cached[1]


_COLUMNS: Final = AssignmentRecord.__struct_fields__
_JSON: Final = ("takeover", "revoked", "metered", "pause")
_JSON_AT: Final = [_COLUMNS.index(name) for name in _JSON]
_PLAN: Final = ("manifest", "inputs", "built_at")
"""Unchanged as long as the plan is; writing `manifest` would cost an index update and a check."""
_SELDOM: Final = ("leaving", "activate_at", "revoked", "metered", "pause", "pinned", "kid")
"""Columns that most orders leave unchanged; writing one costs half of reading it."""
_ORDER: Final = [name for name in _COLUMNS[1:] if name not in _PLAN]
_NEWS: Final = [name for name in _ORDER if name not in _SELDOM]
_SIGNED: Final = ("text", "signature")
_LIGHT: Final = [name for name in _COLUMNS if name not in _SIGNED]


def _columns(names: Iterable[str]) -> list[Any]:
    columns = ((name, getattr(Assignment, name)) for name in names)
    return [plain_rows.as_text(one, name) if name in _JSON else one for name, one in columns]


_ALL: Final = select(*_columns((*_LIGHT, *_SIGNED)))
_WITHOUT_ORDER: Final = select(*_columns(_LIGHT))
_SUMMARY: Final = select(
    Assignment.screen_id,
    Assignment.version,
    Assignment.kid,
    Assignment.pinned,
    plain_rows.as_text(Assignment.takeover, "takeover"),
)


def _updating(columns: Sequence[str]) -> str:
    return f"UPDATE assignments SET {' = ?, '.join(columns)} = ? WHERE screen_id = ?"  # noqa: S608 - names of columns


_PLACES: Final = ", ".join("?" * len(_COLUMNS))
_INSERT: Final = f"INSERT INTO assignments ({', '.join(_COLUMNS)}) VALUES ({_PLACES})"  # noqa: S608 - names of columns
_UPDATE: Final = _updating(_COLUMNS[1:])
_UPDATE_PLAN: Final = _updating(("inputs", "built_at"))
_UPDATE_ORDER: Final = _updating(_ORDER)
_UPDATE_NEWS: Final = _updating(_NEWS)
_VALUES: Final = attrgetter(*_COLUMNS)


def load(session: Session, screen_ids: Collection[int]) -> dict[int, AssignmentRecord]:
    """The newest assignments of some screens, by screen."""
    return {row[0]: _held(row) for row in _of(session, _ALL, set(screen_ids))}


def load_light(session: Session, screen_ids: Collection[int]) -> dict[int, AssignmentRecord]:
    """As `load`, without text and signature (half of a row), for rows that are signed again."""
    return {row[0]: _held(row) for row in _of(session, _WITHOUT_ORDER, set(screen_ids))}


def summaries(session: Session, screen_ids: Collection[int]) -> dict[int, AssignmentSummary]:
    """The same, as far as receipts are concerned."""
    return {row[0]: AssignmentSummary(*row) for row in _of(session, _SUMMARY, set(screen_ids))}


class Changes(msgspec.Struct):
    """Rows to be written, by the changed columns.

    `new`: inserted; `moved`: another plan; `reissued`: the same plan; `same`: only version,
    takeover and times; `noted`: no new assignment.
    """

    new: list[AssignmentRecord] = msgspec.field(default_factory=list)
    moved: list[AssignmentRecord] = msgspec.field(default_factory=list)
    reissued: list[AssignmentRecord] = msgspec.field(default_factory=list)
    same: list[AssignmentRecord] = msgspec.field(default_factory=list)
    noted: list[AssignmentRecord] = msgspec.field(default_factory=list)

    def save(self, session: Session, texts: Texts) -> None:
        """Write them."""
        run = plain_rows.run_many
        run(session, _INSERT, [_values(one, texts) for one in self.new])
        moved = [(*values[1:], values[0]) for values in (_values(one, texts) for one in self.moved)]
        run(session, _UPDATE, moved)
        run(session, _UPDATE_ORDER, [_order(one, texts) for one in self.reissued])
        run(session, _UPDATE_NEWS, [_news(one, texts) for one in self.same])
        noted = [(one.inputs, one.built_at, one.screen_id) for one in self.noted]
        run(session, _UPDATE_PLAN, noted)


def _of(session: Session, query: Any, wanted: set[int]) -> Iterable[Any]:
    if len(wanted) <= FEW:
        return plain_rows.rows(session, query.where(plain_rows.among(Assignment.screen_id, wanted)))
    return [row for row in plain_rows.rows(session, query) if row[0] in wanted]


def _held(row: Any) -> AssignmentRecord:
    (
        screen_id, version, serial, manifest, leaving, activate_at, issued_at, expires_at,
        takeover, takeover_until, revoked, metered, pause, inputs, built_at, pinned, kid, *signed,
    ) = row  # fmt: skip
    text, signature = signed or ("", "")
    read = plain_rows.shared
    return AssignmentRecord(
        screen_id, version, serial, manifest, leaving, activate_at, issued_at, expires_at,
        takeover and read(takeover), takeover_until, read(revoked), metered and read(metered),
        pause and read(pause), inputs, built_at, pinned, text, kid, signature,
    )  # fmt: skip


def _values(row: AssignmentRecord, texts: Texts) -> tuple[Any, ...]:
    values = list(_VALUES(row))
    for at in _JSON_AT:
        values[at] = texts.of(values[at])
    return tuple(values)


def _order(row: AssignmentRecord, texts: Texts) -> tuple[Any, ...]:
    """The values of `_ORDER`."""
    return (
        row.version, row.serial, row.leaving, row.activate_at, row.issued_at, row.expires_at,
        texts.of(row.takeover), row.takeover_until, texts.of(row.revoked), texts.of(row.metered),
        texts.of(row.pause), row.pinned, row.text, row.kid, row.signature, row.screen_id,
    )  # fmt: skip


def _news(row: AssignmentRecord, texts: Texts) -> tuple[Any, ...]:
    """The values of `_NEWS`, by name as they are the most that is ever written."""
    return (
        row.version, row.serial, row.issued_at, row.expires_at, texts.of(row.takeover),
        row.takeover_until, row.text, row.signature, row.screen_id,
    )  # fmt: skip
