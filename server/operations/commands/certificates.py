"""`tls init-ca` and `tls issue`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from server.operations.commands.common import echo, settings_or_stop, stop_on_error


@click.group(help="封闭网络的证书 Certificates for closed networks.")
def tls() -> None:
    """Commands about certificates; they need no database."""


@tls.command("init-ca", help="建立本区根证书 Make the district's own root.")
def init_ca() -> None:
    """Create the root in the data folder's keys/tls; an existing one is kept."""
    from server.foundation.crypto import tls as certificates

    with stop_on_error():
        made = certificates.init_ca(_folder(), datetime.now(UTC))
    echo(
        f"根证书 {made.certificate}，有效至 {made.until:%Y-%m-%d}。"
        f"请把它装进各播放终端（deploy/kiosk/install.sh --ca）；私钥 {made.key} 不要外传。",
        f"The root is {made.certificate}, valid until {made.until:%Y-%m-%d}. Put it into the "
        f"boxes (deploy/kiosk/install.sh --ca); its key {made.key} goes to nobody.",
    )


@tls.command(help="为主机签发证书 Sign for a host name or an IP address.")
@click.argument("host")
def issue(host: str) -> None:
    """Write certificate and key, for nginx or another proxy in front."""
    from server.foundation.crypto import tls as certificates

    with stop_on_error():
        made = certificates.issue(_folder(), host.strip().lower(), datetime.now(UTC))
    echo(
        f"证书 {made.certificate}，私钥 {made.key}，有效至 {made.until:%Y-%m-%d}，"
        "到期前请重新签发。",
        f"The certificate is {made.certificate}, its key {made.key}, valid until "
        f"{made.until:%Y-%m-%d}: issue it again before that day.",
    )


def _folder() -> Path:
    return settings_or_stop().data / "keys" / "tls"
