"""An interpreter that has read all modules and is copied for each command: `-m ...interpreter FD`.

What a command takes is mostly reading modules. Each copy is a process of its own with its own
environment, files and exit status, and ends as any interpreter does; only the reading is shared.
Standard input, output and error of a command come as descriptors with its order over the socket.
"""

import gc
import importlib
import json
import os
import socket
import struct
import sys

READ_AHEAD = (
    "server.app",
    "server.blueprints",
    "server.operations.backup.restore",
    "server.operations.backup.take",
    "server.operations.backup.labels",
    "server.cli",
    "server.foundation.db.migrate",
    "server.operations.doctor.service",
    "server.publishing.manifests.file_retention",
    "server.publishing.explain.explanation_texts",
    "server.publishing.explain.cli",
    "server.playlog.rollups_cli",
    "server.playlog.audit.reimport",
    "server.foundation.crypto.tls",
    "server.monitoring.availability.calculator_cli",
    "playlists.plan.forms",
)
LONGEST_ORDER = 1 << 16


def main() -> None:
    """Copy until the other end is closed; what a copy becomes is the command."""
    for name in READ_AHEAD:
        importlib.import_module(name)
    gc.freeze()
    line = socket.socket(fileno=int(sys.argv[1]))
    while (order := _next_order(line)) is not None:
        words, environment, files = order
        child = os.fork()
        if child == 0:
            line.close()
            _become(words, environment, files)
            return
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        line.sendall(struct.pack("!i", os.waitstatus_to_exitcode(status)))


def _next_order(line: socket.socket) -> tuple[list[str], dict[str, str], list[int]] | None:
    sent, files, _, _ = socket.recv_fds(line, LONGEST_ORDER, 3)
    if not sent:
        return None
    order = json.loads(sent)
    return order["words"], order["environment"], files


def _become(words: list[str], environment: dict[str, str], files: list[int]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["server.cli", *words]
    command = importlib.import_module("server.cli")
    command.main()


if __name__ == "__main__":
    main()
