"""Checks how people and screens connect: port, public address, TLS."""

import socket
import ssl
import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from server.foundation.config import Settings
from server.foundation.ip_networks import is_local
from server.foundation.runtime.data_folder_lock import is_served
from server.operations.doctor.finding import Check, Finding
from server.operations.supervisor.serve import is_ready

PORT: Final = Check("端口", "port")
ADDRESS: Final = Check("公开地址", "public address")
PATIENCE_S: Final = 5.0
FEW_DAYS: Final = 14


def port(settings: Settings) -> Iterator[Finding]:
    """Whether the port is ours or free."""
    bind = settings.bind
    if is_ready(settings):
        if is_served(settings.data):
            yield PORT.ok(f"本服务在 {bind} 上应答。", f"this server answers on {bind}.")
        else:
            yield PORT.bad(
                f"{bind} 上应答的是另一套服务：检查 ANPING_DATA 与 ANPING_BIND。",
                f"another server answers on {bind}: check ANPING_DATA and ANPING_BIND.",
            )
        return
    taken = _why_taken(bind)
    if taken is None:
        yield PORT.ok(f"{bind} 空闲。", f"{bind} is free.")
    else:
        yield PORT.bad(
            f"{bind} 不可用（{taken}）：ss -ltnp 查看占用者，或改 ANPING_BIND。",
            f"{bind} can't be had ({taken}): see who has it with ss -ltnp, or change ANPING_BIND.",
        )


def _why_taken(bind: str) -> str | None:
    host, _, number = bind.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(number)))
        except OSError as error:
            return error.strerror or str(error)
    return None


def public_address(settings: Settings) -> Iterator[Finding]:
    """Whether screens get a secure context, without which browsers store nothing offline."""
    if settings.public_url is None:
        yield ADDRESS.warn(
            "未设置 ANPING_PUBLIC_URL：绑定链接用“设置”里的访问地址，没填就用访问者所见的。",
            "ANPING_PUBLIC_URL isn't set: pairing links carry the public address of the settings "
            "page, or the address of each request.",
        )
        return
    url = urlsplit(settings.public_url)
    host = url.hostname or ""
    if url.scheme == "https":
        yield _certificate(host, url.port or 443)
    elif is_local(url.netloc):
        yield ADDRESS.ok(f"{settings.public_url}（仅本机）。", f"{settings.public_url}, here only.")
    elif settings.allow_insecure_players:
        yield ADDRESS.warn(
            f"{settings.public_url} 未加密：已允许，但断网时终端无法离线播放。",
            f"{settings.public_url} isn't encrypted: allowed, but players keep nothing offline.",
        )
    else:
        yield ADDRESS.bad(
            f"{settings.public_url} 是局域网 http：浏览器不给安全上下文，终端无法缓存与离线播放。"
            "请在前面配 TLS（如 nginx），并把地址改为 https。",
            f"{settings.public_url} is plain http on a network: browsers give no secure context, "
            "so players can't cache or play offline. Put TLS in front (nginx) and set https.",
        )


def _certificate(host: str, number: int) -> Finding:
    try:
        with (
            socket.create_connection((host, number), PATIENCE_S) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return ADDRESS.warn(
            f"本机不信任 https://{host} 的证书（{error.verify_message}）："
            "显示屏须装有签发它的根证书。",
            f"this machine doesn't trust https://{host} ({error.verify_message}): screens need "
            "the root that issued its certificate.",
        )
    except OSError as error:
        return ADDRESS.bad(
            f"https://{host}:{number} 连不上（{error}）：检查代理与防火墙。",
            f"https://{host}:{number} can't be reached ({error}): check proxy and firewall.",
        )
    days = int((ssl.cert_time_to_seconds(str(certificate["notAfter"])) - time.time()) // 86_400)
    if days < FEW_DAYS:
        return ADDRESS.warn(
            f"https://{host} 的证书还有 {days} 天到期：请更换。",
            f"the certificate of https://{host} ends in {days} days: renew it.",
        )
    return ADDRESS.ok(f"https://{host}，证书还有 {days} 天。", f"https://{host}, {days} days left.")
