"""Checks that Prometheus can scrape the running server."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Final

from server.foundation.config import Settings
from server.foundation.runtime.data_folder_lock import is_served
from server.operations.doctor.finding import Check, Finding
from server.operations.supervisor.serve import is_ready, local_address

NAME: Final = Check("监控指标", "figures for Prometheus")
PATIENCE_S: Final = 10.0
"""Prometheus's default timeout, s."""
ALWAYS: Final = b"anping_build_info{"


def scrape(settings: Settings) -> Iterator[Finding]:
    """The result of a scrape; nothing if the server isn't running, which `port` reports."""
    if not is_served(settings.data) or not is_ready(settings):
        return
    url = f"http://{local_address(settings)}/metrics"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        yield _refused(url, error.code)
    except OSError as error:
        yield _missing(url, str(error))
    else:
        yield _found(url, text)


def _found(url: str, text: bytes) -> Finding:
    if ALWAYS not in text:
        return _missing(url, "no anping_build_info")
    names = {line.split()[2] for line in text.splitlines() if line.startswith(b"# TYPE anping_")}
    return NAME.ok(f"{url} 正常，共 {len(names)} 项指标。", f"{url} has {len(names)} figures.")


def _refused(url: str, status: int) -> Finding:
    if status == 401:
        return NAME.ok(
            f"{url} 需要账户令牌（监听地址不是本机回环），见 deploy/monitoring/prometheus.yml。",
            f"{url} asks for an account's token, as the server doesn't listen on loopback: "
            "deploy/monitoring/prometheus.yml.",
        )
    return _missing(url, f"HTTP {status}")


def _missing(url: str, why: str) -> Finding:
    return NAME.bad(
        f"{url} 取不到指标（{why}），Prometheus 的告警不会响：查看服务日志。",
        f"{url} gives no figures ({why}), so no alert of Prometheus goes off: see the log.",
    )
