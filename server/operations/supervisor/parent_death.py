"""Ends children with their parent, however the parent ends."""

import ctypes
import signal

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Request a signal when the parent ends (prctl(2)); Linux only."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
