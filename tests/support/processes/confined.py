"""Runs a command confined as in a systemd unit, on a machine without systemd.

`python -m tests.support.processes.confined UNIT WRITABLE -- COMMAND` as root, in a mount namespace
of its own: all but one folder (and memory) is read-only, no capability is left (so that root is an
account like any other), nothing is gained by exec, and system calls are filtered as in the unit.
"""

import ctypes
import os
import platform
import re
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 22, 24, 38, 65
SECCOMP_MODE_FILTER, REFUSE_EXEC_GAIN = 2, 1
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
FAMILIES: Final = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}


def lines_of(unit: Path, name: str) -> list[str]:
    """All values of a setting, in their order."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


def allowed_calls(filters: Iterable[str]) -> set[str]:
    """The names that a list of `SystemCallFilter=` lets through; `~` takes away."""
    found: set[str] = set()
    for line in filters:
        group = line.removeprefix("~")
        names = _names_in(group)
        found = found - names if line.startswith("~") else found | names
    return found


def _names_in(group: str) -> set[str]:
    if not group.startswith("@"):
        return {group}
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager", group],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    words = [line.strip() for line in listed.splitlines()[1:]]
    return set().union(*(_names_in(word) for word in words if re.fullmatch(r"@?[\w-]+", word)))


def numbers() -> dict[str, int]:
    """System calls of this machine by name, as the C library's headers have them."""
    header = f"/usr/include/{platform.machine()}-linux-gnu/asm/unistd_64.h"
    text = Path(header).read_text()
    return {name: int(n) for name, n in re.findall(r"#define __NR_(\w+) (\d+)", text)}


def program(calls: set[str], families: Iterable[str]) -> bytes:
    """The filter for the kernel: these calls pass, sockets of these families alone; else EPERM."""
    number_by_name = numbers()
    code = [(LOAD, 0, 0, NUMBER_AT)]
    for number in sorted(
        number_by_name[name] for name in calls & number_by_name.keys() - {"socket"}
    ):
        code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    wanted = [FAMILIES[name] for name in families]
    code += [(EQUAL, 1, 0, number_by_name["socket"]), (RETURN, 0, 0, REFUSE)]
    code += [(LOAD, 0, 0, FIRST_ARGUMENT_AT)]
    for family in wanted:
        code += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    code += [(RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("=HBBI", *one) for one in code)


def confine(unit: Path) -> None:
    """Confine this process and all that comes of it."""
    libc = ctypes.CDLL(None, use_errno=True)
    calls = allowed_calls(lines_of(unit, "SystemCallFilter"))
    families = lines_of(unit, "RestrictAddressFamilies")[0].split()
    code = ctypes.create_string_buffer(program(calls, families))
    os.umask(int(lines_of(unit, "UMask")[0], 8))
    for capability in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        _ask(libc, PR_CAPBSET_DROP, capability)
    _ask(libc, PR_SET_NO_NEW_PRIVS, 1)
    if lines_of(unit, "MemoryDenyWriteExecute") == ["yes"]:
        _ask(libc, PR_SET_MDWE, REFUSE_EXEC_GAIN)
    filter_of = struct.pack("@HxxxxxxP", (len(code) - 1) // 8, ctypes.addressof(code))
    _ask(libc, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(filter_of))


def _ask(libc: ctypes.CDLL, what: int, value: int, more: object = 0) -> None:
    if libc.prctl(what, value, more, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), f"prctl {what}")


def shut(writable: str) -> None:
    """Let nothing be written but below one folder; in a mount namespace of its own."""
    for words in (
        ["mount", "--make-rprivate", "/"],
        ["mount", "--bind", writable, writable],
        ["mount", "-o", "remount,bind,ro", "/"],
    ):
        subprocess.run(words, check=True)


if __name__ == "__main__":
    shut(sys.argv[2])
    confine(Path(sys.argv[1]))
    os.execvp(sys.argv[4], sys.argv[4:])  # noqa: S606 - what it is for
