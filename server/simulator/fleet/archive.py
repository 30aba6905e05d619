"""The disks of a process's players, so that they outlive it: one row a screen, in one file."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from server.simulator.player.disk import Disk


class Archive:
    """Disks by a name, each written whole."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS disks (name TEXT PRIMARY KEY, content BLOB)")
        self._db.execute("CREATE TABLE IF NOT EXISTS notes (text TEXT PRIMARY KEY)")
        self._written: dict[str, int] = {}

    def read(self) -> dict[str, Disk]:
        """All that is there."""
        rows = self._db.execute("SELECT name, content FROM disks ORDER BY rowid")
        return {name: Disk.read(content) for name, content in rows}

    def write(self, disks: Iterable[tuple[str, Disk]]) -> None:
        """Keep those that changed, all or none."""
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
        """Remember that something is done."""
        self._db.execute("INSERT OR IGNORE INTO notes VALUES (?)", (text,))

    def notes(self) -> set[str]:
        """All that is done."""
        return {text for (text,) in self._db.execute("SELECT text FROM notes")}

    def close(self) -> None:
        """Give the file back."""
        self._db.close()
