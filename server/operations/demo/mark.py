"""What tells a demo's data folder from a district's own: a file beside the databases."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from server.foundation.config import Settings
from server.foundation.errors import Conflict
from server.foundation.i18n import Sentence

NAME: Final = "demo.json"


@dataclass(frozen=True)
class Wish:
    """What was asked for: how large, from which seed, with how many days of history."""

    seed: int = 1
    venues: int = 200
    screens: int = 300
    days: int = 21


@dataclass(frozen=True)
class Mark:
    """What was made, when its history begins and ends, and the passwords that were printed."""

    wish: Wish
    began_ms: int
    made_ms: int
    passwords: dict[str, str]
    complete: bool


def read_mark(data: Path) -> Mark | None:
    """What the folder says of itself; None for one that isn't a demo's."""
    path = data / NAME
    if not path.exists():
        return None
    said = json.loads(path.read_text(encoding="utf-8"))
    return Mark(**{**said, "wish": Wish(**said["wish"])})


def write_mark(data: Path, mark: Mark) -> None:
    """Put it down whole or not at all."""
    data.mkdir(parents=True, exist_ok=True)
    fresh = data / f"{NAME}.new"
    fresh.write_text(json.dumps(asdict(mark), ensure_ascii=False), encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(data / NAME)


def check_folder(settings: Settings) -> Mark | None:
    """The mark of a demo that is there. Raises Conflict for anything else that isn't empty."""
    mark = read_mark(settings.data)
    # What is kept elsewhere isn't the demo's, whatever lies in its folder.
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
    """In a database server, a file of another folder or a bucket: none is ever an empty folder."""
    return settings.database_url is not None or settings.storage_url is not None
