"""How long a thread runs before another may: the kernel's slices, and those of the interpreter.

Linux gives the processor to the thread with the earliest deadline (EEVDF), and a thread that wakes
takes it from one with a longer slice alone (`sched_setattr(2)`). With equal slices a loop waits up
to 3 ms behind a thread that computes, at each of the five times that it wakes for an
acknowledgement, whatever their priorities are. Slices are honoured since Linux 6.12; before, and on
other systems, nothing changes.

Python lets one thread run at a time, and another that wakes waits for `sys.getswitchinterval()`.
"""

import ctypes
import os
import platform
import sys
import threading
from typing import Final

SHORT_US: Final = 100
LONG_US: Final = 10_000
SWITCH_S: Final = 0.0005
"""Python's own 5 ms are longer than an acknowledgement takes, at each time that the loop wakes."""
_SYSCALLS: Final = {"x86_64": 314, "aarch64": 274}
"""The number of sched_setattr by machine (linux/arch/*/…/syscall tables)."""
_SIZE: Final = 48
_SCHED_OTHER: Final = 0


class _SchedAttr(ctypes.Structure):
    """`struct sched_attr`, version 0; `runtime`: the slice, ns."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("policy", ctypes.c_uint32),
        ("flags", ctypes.c_uint64),
        ("nice", ctypes.c_int32),
        ("priority", ctypes.c_uint32),
        ("runtime", ctypes.c_uint64),
        ("deadline", ctypes.c_uint64),
        ("period", ctypes.c_uint64),
    )


def run_first() -> bool:
    """Short slices for this thread, and threads that it starts: when it wakes, it runs at once.

    It has the interpreter soon as well, from a thread that draws a QR code.
    """
    share_interpreter()
    return _set(SHORT_US, nice=0)


def run_behind(nice: int) -> bool:
    """Long slices at low priority for this thread: threads that wake run before it.

    False where there are no slices; the priority is low all the same.
    """
    if _set(LONG_US, nice=nice):
        return True
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
    return False


def share_interpreter() -> None:
    """Let threads of this process have the interpreter within half a millisecond.

    A loop that computes, and polls its sockets in between, gives it up for some microseconds at
    each poll: with Python's own interval a thread beside it can wait for seconds.
    """
    sys.setswitchinterval(SWITCH_S)


def slice_us(thread: int | None = None) -> int | None:
    """A thread's own slice, by its kernel's number (this thread's); None where it can't be read."""
    attr = _SchedAttr(size=_SIZE)
    if not _call(1, thread, ctypes.byref(attr), _SIZE, 0):  # sched_getattr is the next one
        return None
    return int(attr.runtime) // 1000


def _set(slice_us: int, *, nice: int) -> bool:
    attr = _SchedAttr(size=_SIZE, policy=_SCHED_OTHER, nice=nice, runtime=slice_us * 1000)
    return _call(0, None, ctypes.byref(attr), 0)


def _call(offset: int, thread: int | None, *args: object) -> bool:
    """Whether the system call was there and succeeded."""
    number = _SYSCALLS.get(platform.machine())
    if platform.system() != "Linux" or number is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(number + offset, thread or threading.get_native_id(), *args) == 0)
