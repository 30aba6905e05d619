"""Events of assignments, published after commit."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.publishing.assignments.rows import AssignmentRecord


@dataclass(frozen=True)
class OrdersWritten:
    """The newest orders of some screens, all that were written with this serial."""

    serial: int
    rows: Sequence[AssignmentRecord]
