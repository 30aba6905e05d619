"""A marker file that distinguishes a demo's data folder from a district's."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from server.foundation.config import Settings
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence

NAME: Final = "demo.json"


@dataclass(frozen=True)
class Parameters:
    """Requested size, seed and days of history."""

    seed: int = 1
    venues: int = 200
    screens: int = 300
    days: int = 21


@dataclass(frozen=True)
class Mark:
    """The demo's parameters, the span of its history, and the printed passwords."""

    wish: Parameters
    began_ms: int
    made_ms: int
    passwords: dict[str, str]
    complete: bool


def read_mark(data: Path) -> Mark | None:
    """The folder's marker; None if it isn't a demo's."""
    path = data / NAME
    if not path.exists():
        return None
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Mark(**{**stored, "wish": Parameters(**stored["wish"])})


def write_mark(data: Path, mark: Mark) -> None:
    """Write the marker atomically."""
    data.mkdir(parents=True, exist_ok=True)
    fresh = data / f"{NAME}.new"
    fresh.write_text(json.dumps(asdict(mark), ensure_ascii=False), encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(data / NAME)


def check_folder(settings: Settings) -> Mark | None:
    """The marker of an existing demo. Raises Conflict for any other non-empty folder."""
    mark = read_mark(settings.data)
    # External storage isn't the demo's, whatever is in its folder.
    if _is_kept_elsewhere(settings) or (mark is None and (settings.data / "config.db").exists()):
        raise Conflict(
            Sentence(
                f"{settings.data} 中已有其他区的数据，演示不会写入。"
                "请换一个空目录：ANPING_DATA=./var-demo，"
                "并且不要设 ANPING_DATABASE_URL 和 ANPING_STORAGE_URL。",
                f"{settings.data} holds another district, and the demo doesn't touch it. "
                "Give an empty folder: ANPING_DATA=./var-demo, and neither ANPING_DATABASE_URL "
                "nor ANPING_STORAGE_URL.",
            ),
            code="inhabited",
        )
    if mark is not None and not mark.complete:
        raise Conflict(
            Sentence(
                f"{settings.data} 中的演示数据上次没有生成完，请删除该目录后重来。",
                f"the demo in {settings.data} was interrupted while it was made: "
                "remove the folder and start again.",
            ),
            code="interrupted",
        )
    return mark


def _is_kept_elsewhere(settings: Settings) -> bool:
    """In a database server, another folder or a bucket, which never count as empty."""
    return settings.database_url is not None or settings.storage_url is not None
