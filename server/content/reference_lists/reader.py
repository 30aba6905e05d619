"""The lists in force: an office's own, or the delivered ones."""

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from media.slides.text.scam_list import delivered as delivered_scams
from server.content.reference_lists.models import ReferenceList
from server.foundation.i18n import Sentence

DELIVERED: Final = Path(__file__).parent / "delivered.json"
SCAMS: Final = "scams"
TITLES: Final = {
    SCAMS: Sentence("诈骗类型", "Kinds of scams"),
    "tools": Sentence("反诈工具", "Tools against scams"),
    "keywords": Sentence("防诈关键词", "Keywords of scams"),
}
FIELDS: Final = {
    SCAMS: ("name", "trick", "advice", "source", "as_of"),
    "tools": ("name", "text", "source", "as_of"),
    "keywords": ("name", "text", "source", "as_of"),
}
"""The fields of each list's items, all of them texts."""


def delivered(name: str) -> list[dict[str, str]]:
    """The list that comes with the release."""
    if name == SCAMS:
        return [asdict(scam) for scam in delivered_scams()]
    found: dict[str, list[dict[str, str]]] = json.loads(_text())
    return found[name]


def list_in_force(session: Session, name: str) -> dict[str, Any]:
    """A list: items, and by whom it was changed when, null for the delivered one."""
    row = session.get(ReferenceList, name)
    return {
        "name": name,
        "items": delivered(name) if row is None else [dict(one) for one in row.items],
        "changed_by": None if row is None else row.user_id,
        "changed_at": None if row is None else row.changed_at,
    }


@lru_cache(maxsize=1)
def _text() -> str:
    return DELIVERED.read_text(encoding="utf-8")
