"""Persists the disks of a process's players: one row per screen, in one file."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from server.simulator.player.disk import Disk


class Archive:
    """Disks by name, each written as a whole."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS disks (name TEXT PRIMARY KEY, content BLOB)")
        self._db.execute("CREATE TABLE IF NOT EXISTS notes (text TEXT PRIMARY KEY)")
        self._written: dict[str, int] = {}

    def read(self) -> dict[str, Disk]:
        """All stored disks."""
        rows = self._db.execute("SELECT name, content FROM disks ORDER BY rowid")
        return {name: Disk.read(content) for name, content in rows}

    def write(self, disks: Iterable[tuple[str, Disk]]) -> None:
        """Store changed disks, all or none."""
        changed = []
        for name, disk in disks:
            content = disk.written()
            if self._written.get(name) != hash(content):
                self._written[name] = hash(content)
                changed.append((name, content))
        if not changed:
            return
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO disks VALUES (?, ?)", changed)
        self._db.execute("COMMIT")

    def note(self, text: str) -> None:
        """Record a completed step."""
        self._db.execute("INSERT OR IGNORE INTO notes VALUES (?)", (text,))

    def notes(self) -> set[str]:
        """All completed steps."""
        return {text for (text,) in self._db.execute("SELECT text FROM notes")}

    def close(self) -> None:
        """Close the file."""
        self._db.close()
