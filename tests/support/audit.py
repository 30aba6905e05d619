"""Whether any installed package has a known advisory: `python -m tests.support.audit`.

The list of bad releases here needs no network, nor does the record of the last query. `--ask`
queries pip-audit and npm, and records their answers; a failed query is recorded as such: no answer
is never taken for a clean result.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
RECORD: Final = ROOT / "deploy/advisories.json"
LOCKS: Final = ("requirements.txt", "requirements-dev.txt", "package-lock.json")
PATIENCE_S: Final = 60

FLOORS: Final[Mapping[str, tuple[str, str]]] = {
    "cryptography": ("44.0.1", "CVE-2024-12797"),
    "gunicorn": ("22.0.0", "CVE-2024-1135: requests smuggled past a proxy"),
    "jinja2": ("3.1.6", "CVE-2025-27516"),
    "pillow": ("11.3.0", "CVE-2025-48379: writing past a buffer"),
    "python-engineio": ("4.13.2", "a thread for each PONG"),
    "python-socketio": ("5.16.2", "pickled messages between processes"),
    "requests": ("2.32.4", "CVE-2024-47081"),
    "urllib3": ("2.5.0", "CVE-2025-50181"),
    "werkzeug": ("3.0.6", "CVE-2024-49767"),
}
"""The first release without known advisories, by package."""


@dataclass(frozen=True)
class ToolResult:
    """The result of a tool: packages it could check and couldn't, and its findings."""

    tool: str
    checked: int
    passed_over: int
    found: tuple[str, ...] = ()
    failed: str = ""

    @property
    def whole(self) -> bool:
        """Whether every package was looked up."""
        return not self.failed and self.passed_over == 0 and self.checked > 0


@dataclass(frozen=True)
class Record:
    """When the indexes were asked, for which locks, and what came of it."""

    on: str
    locks: str
    output: tuple[str, ...]
    found: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """In words, for who reads it later."""
        same = "these" if self.locks == locks_digest() else "OTHER"
        head = f"advisories: asked on {self.on}, for {same} versions (make audit asks again)"
        return [head, *self.output, *self.found]


def main(arguments: list[str]) -> int:
    """Print the known advisories; the exit status is 1 if there are any."""
    old = outdated(pins())
    if "--ask" in arguments:
        write(ask(f"{datetime.now(UTC):%Y-%m-%d}"))
    record = recorded()
    lines = record.lines if record else ["advisories: never asked (make audit does)"]
    print("\n".join((*old, *lines)))
    return 1 if old or (record and record.found) else 0


def ask(today: str) -> Record:
    """The results of both tools now."""
    results = [by_pip_audit(), by_npm()]
    found = tuple(fault for one in results for fault in one.found)
    return Record(today, locks_digest(), tuple(map(summary, results)), found)


def write(record: Record) -> None:
    """Keep it beside the locks."""
    RECORD.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")


def recorded(path: Path = RECORD) -> Record | None:
    """The last record; None without any."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Record(kept["on"], kept["locks"], tuple(kept["output"]), tuple(kept["found"]))


def pins(text: str | None = None) -> dict[str, str]:
    """Versions by package, as the runtime's and the tools' locks have them."""
    texts = [text] if text is not None else [(ROOT / one).read_text() for one in LOCKS[:2]]
    found = re.findall(
        r"^([a-z0-9._-]+)==([^\s;]+)", "\n".join(texts), re.MULTILINE | re.IGNORECASE
    )
    return {name.lower(): version for name, version in found}


def outdated(versions: Mapping[str, str]) -> list[str]:
    """Packages older than the first release without known advisories."""
    return [
        f"{name} {versions[name]} is older than {floor}: {why}"
        for name, (floor, why) in FLOORS.items()
        if name in versions and as_numbers(versions[name]) < as_numbers(floor)
    ]


def as_numbers(version: str) -> tuple[int, ...]:
    """1.2.10rc1 -> (1, 2, 10)."""
    parts = ("".join(takewhile(str.isdigit, part)) for part in version.split("."))
    return tuple(int(part or 0) for part in parts)


def summary(result: ToolResult) -> str:
    """What a tool's answer means."""
    if result.whole:
        state = f"{len(result.found)} known" if result.found else "none known"
        return f"{result.tool}: {result.checked} packages looked up, {state}"
    reason = result.failed or f"{result.passed_over} packages are unknown to the index"
    return f"{result.tool}: COULD NOT LOOK THEM UP ({reason})"


def locks_digest() -> str:
    """SHA-256 over the locks."""
    return hashlib.sha256(b"".join((ROOT / one).read_bytes() for one in LOCKS)).hexdigest()


def by_pip_audit() -> ToolResult:
    """It skips packages missing in the index, and calls the rest clean."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--require-hashes", "--disable-pip", "--timeout", "8"]
    for name in LOCKS[:2]:
        command += ["--requirement", name]
    return _run("pip-audit", command, read_pip_audit)


def read_pip_audit(answer: Any) -> ToolResult:
    """The result from its JSON."""
    rows = answer["dependencies"]
    skipped = [one for one in rows if "skip_reason" in one]
    found = tuple(
        f"{one['name']} {one['version']}: {fault['id']}"
        for one in rows
        for fault in one.get("vulns", ())
    )
    return ToolResult("pip-audit", len(rows) - len(skipped), len(skipped), found)


def by_npm() -> ToolResult:
    """What the pages, the player and the tools are built with."""
    return _run("npm", ["npm", "audit", "--json"], read_npm)


def read_npm(answer: Any) -> ToolResult:
    """The result from its JSON; an index without advisories answers with an error."""
    if "metadata" not in answer:
        reason = str(answer.get("message") or answer.get("error") or "no answer")[:80]
        return ToolResult("npm", 0, 0, failed=reason)
    faults = answer.get("vulnerabilities", {})
    found = tuple(f"{name}: {fault['severity']}" for name, fault in faults.items())
    return ToolResult("npm", answer["metadata"]["dependencies"]["total"], 0, found)


def _run(tool: str, command: list[str], read: Callable[[Any], ToolResult]) -> ToolResult:
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        return read(json.loads(done.stdout))
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        return ToolResult(tool, 0, 0, failed=type(error).__name__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
