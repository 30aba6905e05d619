"""The copy of the scams that slides are drawn with, in the data folder.

Every process that draws reads this file (media/slides/text/scam_list.py); the table is the
original, from which an hourly job writes it again after a restore.
"""

import json
from pathlib import Path

from server.content.reference_lists.models import ReferenceList
from server.content.reference_lists.reader import SCAMS
from server.foundation.config import Settings
from server.foundation.core import Core


def path_of(settings: Settings) -> Path:
    """Where an edited list is; there is no file while the delivered one is in force."""
    return settings.data / "lists" / "scams.json"


def write(core: Core) -> None:
    """Make the file equal to the table."""
    path = path_of(core.settings)
    with core.config.read() as session:
        row = session.get(ReferenceList, SCAMS)
    if row is None:
        path.unlink(missing_ok=True)
        return
    text = json.dumps(row.items, ensure_ascii=False, indent=1)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
