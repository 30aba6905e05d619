"""Events of assignments, published after commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.publishing.assignments.rows import AssignmentRecord


@dataclass(frozen=True)
class OrdersWritten:
    """The newest orders of some screens, all that were written with this serial.

    `ends`: the windows of takeovers (`assigned_takeovers.id`) that end once a screen has accepted
    its order, by screen.
    """

    serial: int
    rows: Sequence[AssignmentRecord]
    ends: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
