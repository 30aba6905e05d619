"""An S3-compatible server (moto), as a process of its own on the loopback address."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from tests.support.processes.server import free_port

READY_S = 60.0
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "anping", "AWS_SECRET_ACCESS_KEY": "anping-secret"}


@dataclass(frozen=True)
class S3Server:
    """The process, held by its id, and its address."""

    process: subprocess.Popen[bytes]
    endpoint: str

    def client(self) -> Any:
        """A client of its own beside the product."""
        return boto3.session.Session().client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1"
        )

    def url(self, bucket: str, prefix: str = "anping") -> str:
        """The setting for a fresh bucket."""
        self.client().create_bucket(Bucket=bucket)
        return f"s3://{bucket}/{prefix}?endpoint_url={self.endpoint}"


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A ready one for the length of the block, with credentials in the environment."""
    port = free_port()
    program = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, f"http://127.0.0.1:{port}/moto-api/")
        with s3_credentials():
            yield S3Server(process, f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()


@contextmanager
def s3_credentials() -> Iterator[None]:
    """In the environment, where the product reads them."""
    former = {name: os.environ.get(name) for name in CREDENTIALS}
    os.environ.update(CREDENTIALS)
    try:
        yield
    finally:
        for name, value in former.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise AssertionError("the S3 server didn't get ready")
