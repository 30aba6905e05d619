"""Checks that the reading process responds while the server runs."""

from collections.abc import Iterator
from typing import Final

from server.foundation.config import Settings
from server.foundation.runtime.data_folder_lock import is_served
from server.operations.doctor.finding import Check, Finding
from server.web.reading_process.client import ReadingClient
from server.web.reading_process.frames import address

READING: Final = Check("查询进程", "reading process")
MIB: Final = 1024 * 1024


def reading(settings: Settings) -> Iterator[Finding]:
    """Nothing if no server uses the data folder."""
    if not settings.data.is_dir() or not is_served(settings.data):
        return
    health = ReadingClient(address(settings.data), {}).health()
    if health is None:
        yield READING.bad(
            "没有应答，报表和列表暂时打不开（播放和上报不受影响）：几秒内会自动重启；"
            "若一直如此，查看日志后 systemctl restart anping。",
            "no answer: reports and lists can't be opened (plays are counted all the same). It is "
            "started again within seconds; if not, look at the log, systemctl restart anping.",
        )
    else:
        memory_mb = health.memory_bytes // MIB
        yield READING.ok(f"应答正常，占用 {memory_mb} MB。", f"answers, holds {memory_mb} MB.")
