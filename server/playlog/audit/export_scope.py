"""The scope record in the last line of an export: screens, period, as-of time and day chain."""

from datetime import tzinfo
from typing import Any

from server.foundation.db.session import Database
from server.foundation.public_ids import public
from server.playlog.rawlog.reader import Span
from server.playlog.rawlog.serializers import instant
from server.playlog.rollups.day_seals import day_seals
from server.playlog.store.snapshot import snapshot


def scope(database: Database, span: Span, now_ms: int, zone: tzinfo) -> dict[str, Any]:
    """The `export` object of an export's last line as JSON (docs/api.md)."""
    with snapshot(database) as tx:
        days = [[one.day, one.boots, one.digest.hex(), one.head.hex()] for one in day_seals(tx)]
    return {
        "from": instant(span.from_ms, zone),
        "to": instant(span.until_ms, zone),
        "as_of": instant(now_ms, zone),
        "screens": [public("screen", one) for one in span.screens],
        "days": days,
    }
