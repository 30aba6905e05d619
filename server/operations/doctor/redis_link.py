"""Checks Redis, which connects several workers."""

from collections.abc import Iterator
from typing import Final

from server.foundation.config import Settings
from server.operations.doctor.finding import Check, Finding

NAME: Final = Check("工作进程间通信", "between workers")


def workers(settings: Settings) -> Iterator[Finding]:
    """Whether it responds, if it is used."""
    if settings.redis_url is None:
        return
    from server.foundation.workers.redis_connections import AWAY, answers

    try:
        answers(settings.redis_url)
    except AWAY as error:
        yield NAME.bad(
            f"Redis 无法连接（{type(error).__name__}）：请检查 ANPING_REDIS_URL 和 Redis 服务。"
            "播放和计数不受影响，下发最多慢几秒。",
            f"Redis can't be reached ({type(error).__name__}): check ANPING_REDIS_URL and its "
            "server. Playing and counting go on; orders take some seconds longer.",
        )
    else:
        yield NAME.ok("Redis 正常应答。", "Redis answers.")
