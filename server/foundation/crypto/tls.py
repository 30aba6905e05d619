"""The district's own certificates, for closed networks without a public authority.

The root (10 years) is installed on the boxes at the screens; certificates (825 days, the most that
browsers accept from a private root) on the server or its proxy.
"""

import ipaddress
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.foundation.errors import Conflict, Invalid
from server.foundation.i18n import Sentence

ROOT_LIFE = timedelta(days=3650)
LIFE = timedelta(days=825)
EARLIER = timedelta(days=1)
"""Certificates are valid from a day earlier, as boxes have wrong clocks."""
NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)
THERE = Sentence(
    "根证书已存在，未作改动。若要作废重来，请先移走它，然后为每台终端重新安装根证书。",
    "The root is there already; nothing was changed. To begin anew move it away first, then put "
    "the new root into every box.",
)
NO_ROOT = Sentence(
    "还没有根证书，请先运行 tls init-ca。", "There is no root yet: run tls init-ca first."
)
NO_HOST = Sentence(
    "请给出主机名或 IP 地址，例如 anping.example 或 192.168.1.10，不带 https:// 和端口。",
    "Give a host name or an IP address, such as anping.example or 192.168.1.10, without https:// "
    "and port.",
)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, as PEM files; `until` is its last instant."""

    certificate: Path
    key: Path
    until: datetime


def init_ca(folder: Path, now: datetime) -> Issued:
    """Create the root. Raises Conflict if there is one."""
    made = Issued(folder / "ca.pem", folder / "ca-key.pem", now + ROOT_LIFE)
    if made.certificate.exists() or made.key.exists():
        raise Conflict(THERE, code="root_exists")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Anping root {now:%Y-%m-%d}")])
    certificate = (
        _begun(name, name, key.public_key(), now, ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(made, [certificate], key)
    return made


def issue(folder: Path, host: str, now: datetime) -> Issued:
    """Issue a certificate for a host, replacing its current one. Raises Invalid, Conflict."""
    alternative = _alternative(host)
    try:
        root = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        signer = serialization.load_pem_private_key((folder / "ca-key.pem").read_bytes(), None)
    except FileNotFoundError as error:
        raise Conflict(NO_ROOT, code="no_root") from error
    assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101 - init_ca writes no other
    key = ec.generate_private_key(ec.SECP256R1())
    life = min(LIFE, root.not_valid_after_utc - now)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    certificate = (
        _begun(name, root.subject, key.public_key(), now, life)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    plain = host.replace(":", "-")
    made = Issued(folder / f"{plain}.pem", folder / f"{plain}-key.pem", now + life)
    _write(made, [certificate, root], key)
    return made


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        if not NAME.fullmatch(host):
            raise Invalid(NO_HOST, code="wrong_host") from None
        return x509.DNSName(host)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(made: Issued, chain: list[x509.Certificate], key: ec.EllipticCurvePrivateKey) -> None:
    made.key.parent.mkdir(parents=True, exist_ok=True)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
    for path, text, mode in ((made.key, private, 0o600), (made.certificate, public, 0o644)):
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
