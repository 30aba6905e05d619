"""`tls init-ca` and `tls issue`: a closed network gets certificates that browsers take."""

import socket
import ssl
import subprocess
from pathlib import Path
from threading import Thread

import pytest

from tests.support.app.databases import LONG_ON_POSTGRES
from tests.support.processes.cli import operate

pytestmark = [pytest.mark.slow, *LONG_ON_POSTGRES]


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return operate("tls", *words, ANPING_DATA=str(data))


def greeted(folder: Path, host: str, asked: str) -> str:
    """Serve once with the host's certificate; who asks trusts the root alone. The peer's name."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / f"{host}.pem", folder / f"{host}-key.pem")
    asking = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            peer, _ = door.accept()
            try:
                serving.wrap_socket(peer, server_side=True).close()
            except OSError:
                peer.close()

        thread = Thread(target=answer)
        thread.start()
        try:
            with (
                socket.create_connection(door.getsockname()) as line,
                asking.wrap_socket(line, server_hostname=asked) as safe,
            ):
                return str(safe.getpeercert())
        finally:
            thread.join()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    assert run(folder, "init-ca").returncode == 0
    return folder


@pytest.mark.long
@pytest.mark.parametrize("host", ["anping.example", "127.0.0.1"])
def test_who_trusts_the_root_trusts_the_host(data: Path, host: str) -> None:
    assert run(data, "issue", host).returncode == 0

    assert host in greeted(data / "keys/tls", host, host)


@pytest.mark.long
def test_another_host_is_not_trusted(data: Path) -> None:
    assert run(data, "issue", "anping.example").returncode == 0

    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(data / "keys/tls", "anping.example", "other.example")


def test_a_root_that_is_there_is_left_alone(data: Path) -> None:
    before = (data / "keys/tls/ca.pem").read_bytes()

    again = run(data, "init-ca")

    assert again.returncode == 1
    assert "根证书已存在" in again.stderr
    assert (data / "keys/tls/ca.pem").read_bytes() == before


def test_keys_are_readable_by_nobody_else(data: Path) -> None:
    assert run(data, "issue", "anping.example").returncode == 0

    for name in ("ca-key.pem", "anping.example-key.pem"):
        assert (data / "keys/tls" / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("host", ["https://anping.example", "anping.example:443", "../x", ""])
def test_an_invalid_host_is_refused_in_words(data: Path, host: str) -> None:
    answer = run(data, "issue", host)

    assert answer.returncode == 1
    assert "主机名" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_root_it_reports_what_to_run_first(tmp_path: Path) -> None:
    answer = run(tmp_path, "issue", "anping.example")

    assert answer.returncode == 1
    assert "tls init-ca" in answer.stderr
