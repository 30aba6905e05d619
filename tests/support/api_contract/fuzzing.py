"""Schemathesis against a real server: requests allowed by the description, and others.

`python -m tests.support.api_contract.fuzzing SECONDS` as administrator and as publicity officer,
half of the time each, after a tenth of it for a warm-up; fails at any 5xx, at an answer that is not
described, and if the web server has grown by 50 MB. The jobs process loads the code of each kind of
job at its first use; its memory is only printed.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.support.api_contract.described_examples import examples
from tests.support.many import is_gunicorn
from tests.support.processes.server import ROOT, serving
from tests.support.speed.memory import private_bytes, tree

ADMIN_PASSWORD = "first password 2026"
PASSWORD = "a long enough password 1"
# A broken promise of the description, whatever the request was.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
# Each operation as its examples have it, with each value at its limits, and at random.
PHASES = "examples,coverage,fuzzing"
# It would take away the credential that the run itself uses.
PASSED_OVER = ("stop", "start_takeover", "sign_in")
LEFT_OUT = ("delete_token",)
HOOKS = "tests.support.api_contract.fuzzing_hooks"
GENERATED = re.compile(r"(\d[\d,]*) generated")
MIB = 1024 * 1024
MOST_GROWN = 50 * MIB


@dataclass(frozen=True)
class Outcome:
    """How a run ended, and what it printed."""

    role: str
    passed: bool
    printed: str

    @property
    def requests(self) -> int:
        """How many were sent, as schemathesis counts them."""
        found = GENERATED.search(self.printed)
        return int(found[1].replace(",", "")) if found else 0


def fuzz(base: str, role: str, token: str, seconds: int, phases: str = PHASES) -> Outcome:
    """Send what schemathesis thinks of for so many seconds, with a token of that role."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{base}/api/openapi.json"]
    command += ["--max-time", str(seconds), "--header", f"Authorization: Bearer {token}"]
    command += ["--checks", ",".join(CHECKS), "--phases", phases]
    command += ["--continue-on-failure", "--no-color", "--warnings", "off"]
    command += ["--request-timeout", "30", "--generation-database", "none"]
    for name in LEFT_OUT:
        command += ["--exclude-operation-id", name]
    with tempfile.TemporaryDirectory() as folder:
        hooks = {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **hooks},
            capture_output=True,
            text=True,
            check=False,
        )
    return Outcome(role, run.returncode == 0, run.stdout + run.stderr)


def tokens(base: str, password: str = ADMIN_PASSWORD) -> dict[str, str]:
    """A bearer token of the administrator, and one of a publicity officer."""
    admin = token_of(base, "admin", password)
    person = {"username": "fuzz.publicity", "password": PASSWORD, "roles": ["publicity"]}
    made = requests.post(f"{base}/api/v1/users", json=person, headers=bearer(admin), timeout=30)
    assert made.status_code == 201, made.text
    return {"admin": admin, "publicity": token_of(base, "fuzz.publicity", PASSWORD)}


def bearer(token: str) -> dict[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


def token_of(base: str, username: str, password: str) -> str:
    """A token of a person, by which programs sign in."""
    with requests.Session() as browser:
        sent: dict[str, Any] = {"username": username, "password": password}
        opened = browser.post(f"{base}/api/v1/session", json=sent, timeout=30).json()
        headers = {"X-CSRF-Token": opened["csrf_token"], "Origin": base}
        made = browser.post(
            f"{base}/api/v1/tokens", json={"name": "fuzz"}, headers=headers, timeout=30
        )
        return str(made.json()["token"])


def furnish(base: str, token: str) -> None:
    """One of everything that the description has an example of, so that ids ending in 1 exist."""
    spec = requests.get(f"{base}/api/openapi.json", timeout=30).json()
    for example in examples(spec):
        if example.name not in PASSED_OVER:
            requests.request(
                example.method,
                base + example.path,
                json=example.body,
                headers=bearer(token),
                timeout=30,
            )


def main(seconds: int) -> int:
    """Half the time as each of two people; prints the findings. The exit status."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), admin_password=ADMIN_PASSWORD) as server,
    ):
        people = tokens(server.base)
        furnish(server.base, people["admin"])
        fuzz(server.base, "admin", people["admin"], seconds // 10)
        before = held(server.process.pid)
        outcomes = [fuzz(server.base, role, one, seconds // 2) for role, one in people.items()]
        after = held(server.process.pid)
        log = (server.folder / "err.txt").read_text(encoding="utf-8")
    for outcome in outcomes:
        print(f"== {outcome.role}\n{outcome.printed}")
    broken = [line for line in log.splitlines() if "request_failed" in line]
    print("\n".join(broken))
    sent = " and ".join(f"{outcome.requests:,} as {outcome.role}" for outcome in outcomes)
    web, others = (now - then for now, then in zip(after, before, strict=True))
    print(
        f"{sent}; {len(broken)} failed; memory {web / MIB:+.1f} MiB, jobs {others / MIB:+.1f} MiB"
    )
    well = all(outcome.passed for outcome in outcomes) and not broken and web < MOST_GROWN
    return 0 if well else 1


def held(root: int) -> tuple[int, int]:
    """Private memory of a server: of its web worker, and of all beside it."""
    sizes = {pid: private_bytes(pid) for pid in tree(root)}
    web = sum(size for pid, size in sizes.items() if is_gunicorn(pid))
    return web, sum(sizes.values()) - web


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 120))
