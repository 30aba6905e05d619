"""Sends to hundreds of sockets by one system call: io_uring, where the kernel has it.

All sockets are non-blocking, so each send is complete when the call returns; no frame must be kept.
The layouts are those of linux/io_uring.h, equal on all architectures.
"""

import ctypes
import errno
import mmap
import os
import platform
import re
import struct
from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

SIZE: Final = 128
"""Sockets per call, during which other threads can't get the interpreter lock."""
SINCE: Final = (5, 11)
"""The Linux version from which rings need no locked memory, which is limited per account."""

_SETUP: Final = 425
_ENTER: Final = 426
_MACHINES: Final = ("x86_64", "aarch64")

_PARAMS: Final = struct.Struct("=7I12x8IQ8IQ")
_ENTRIES_AT: Final = 0x10000000
_SINGLE_MMAP: Final = 1

_SEND: Final = 26
_NOT_WAITING: Final = 0x40 | 0x4000  # MSG_DONTWAIT | MSG_NOSIGNAL
# Entry: opcode, flags, ioprio, fd, offset, address, length, send flags, user data, padding.
_ENTRY: Final = struct.Struct("=BBHiQQIIQ24x")
_FD_WORD: Final = 1
_LENGTH_WORD: Final = 6
_USER_WORD: Final = 8
_ADDRESS_PAIR: Final = 2
_ENTRY_WORDS: Final = 16
_DONE_WORDS: Final = 4
_UNTIL_DONE: Final = 1  # IORING_ENTER_GETEVENTS
_WRAP: Final = 0xFFFFFFFF


class Ring:
    """A submission and a completion queue, shared with the kernel.

    `works`: False once the kernel has left sends of a call undone; then only `close` is allowed.
    """

    def __init__(self) -> None:
        """Raises OSError if the kernel doesn't support or permit it."""
        self.works = True
        self._call = _syscall()
        params = bytearray(_PARAMS.size)
        held = (ctypes.c_char * len(params)).from_buffer(params)
        self._fd = _checked(self._call(_SETUP, SIZE, ctypes.addressof(held), 0, 0, 0, 0))
        try:
            self._map(_PARAMS.unpack(params))
        except (OSError, ValueError):
            os.close(self._fd)
            raise

    def _map(self, params: tuple[int, ...]) -> None:
        sent, done, _, _, _, features, _, *offsets = params
        if not features & _SINGLE_MMAP:
            raise OSError(errno.ENOSYS, "io_uring of an old kernel")
        self._sent, self._done = sent, done
        self._places, done_at = offsets[6], offsets[14]
        self._send_tail, self._done_head, self._done_tail = offsets[1], offsets[9], offsets[10]
        length = max(self._places + sent * 4, done_at + done * 16)
        self._shared = mmap.mmap(self._fd, length, offset=0)
        self._entries = mmap.mmap(self._fd, sent * _ENTRY.size, offset=_ENTRIES_AT)
        self._word = memoryview(self._shared).cast("I")
        self._entry = memoryview(self._entries).cast("I")
        self._entry_pair = memoryview(self._entries).cast("Q")
        at = done_at // 4
        self._results = self._word[at : at + done * _DONE_WORDS].cast("B").cast("i")
        self._numbers = array("I", range(sent))
        self._in_order = list(range(sent))

    def close(self) -> None:
        """Release the ring."""
        for view in (self._results, self._word, self._entry, self._entry_pair):
            view.release()
        self._shared.close()
        self._entries.close()
        os.close(self._fd)

    def send(self, sockets: Sequence[int], frame: bytes) -> list[int]:
        """Send to at most `SIZE` descriptors; returns accepted bytes, or -errno, for each.

        -EAGAIN: not submitted, may be repeated; -EIO: submitted without a completion.
        """
        self._put(sockets, _address(frame), len(frame))
        return self._enter(len(sockets))

    def send_each(self, sockets: Sequence[int], frames: Sequence[bytes]) -> list[int]:
        """As `send`, with a frame each."""
        together, count = b"".join(frames), len(sockets)
        sizes = array("I", map(len, frames))
        starts = accumulate(sizes[:-1], initial=_address(together))
        self._put(sockets, 0, 0)
        self._entry[_LENGTH_WORD : count * _ENTRY_WORDS : _ENTRY_WORDS] = sizes
        pairs = _ENTRY_WORDS // 2
        self._entry_pair[_ADDRESS_PAIR : count * pairs : pairs] = array("Q", starts)
        return self._enter(count)

    def _enter(self, count: int) -> list[int]:
        taken = self._call(_ENTER, self._fd, count, count, _UNTIL_DONE, 0, 0)
        numbers, results = self._take()
        if numbers == self._in_order[:count]:
            return results
        self.works = taken == len(numbers) == count
        by_number = dict(zip(numbers, results, strict=True))
        unknown = [-errno.EIO if number < taken else -errno.EAGAIN for number in range(count)]
        return [by_number.get(number, unknown[number]) for number in range(count)]

    def _put(self, sockets: Sequence[int], address: int, size: int) -> None:
        count, tail = len(sockets), self._word[self._send_tail // 4]
        entry = _ENTRY.pack(_SEND, 0, 0, 0, 0, address, size, _NOT_WAITING, 0)
        self._entries[: count * _ENTRY.size] = entry * count
        words = count * _ENTRY_WORDS
        self._entry[_FD_WORD:words:_ENTRY_WORDS] = array("I", sockets)
        self._entry[_USER_WORD:words:_ENTRY_WORDS] = self._numbers[:count]
        # The queue's index array is filled from its start, at any position.
        first, at = self._places // 4, tail % self._sent
        straight = min(count, self._sent - at)
        self._word[first + at : first + at + straight] = self._numbers[:straight]
        self._word[first : first + count - straight] = self._numbers[straight:count]
        self._word[self._send_tail // 4] = (tail + count) & _WRAP

    def _take(self) -> tuple[list[int], list[int]]:
        """Completed sends: their numbers and results."""
        head, tail = self._word[self._done_head // 4], self._word[self._done_tail // 4]
        ready, at = (tail - head) & _WRAP, head % self._done
        straight = min(ready, self._done - at)
        numbers = self._column(0, at, straight) + self._column(0, 0, ready - straight)
        results = self._column(2, at, straight) + self._column(2, 0, ready - straight)
        self._word[self._done_head // 4] = tail
        return numbers, results

    def _column(self, word: int, at: int, count: int) -> list[int]:
        end = (at + count) * _DONE_WORDS
        return self._results[at * _DONE_WORDS + word : end : _DONE_WORDS].tolist()


def _address(frame: bytes) -> int:
    """The address of its bytes, which must be kept until they are sent."""
    return ctypes.cast(ctypes.c_char_p(frame), ctypes.c_void_p).value or 0


def _syscall() -> "ctypes._NamedFuncPointer":
    if platform.system() != "Linux" or platform.machine() not in _MACHINES or _release() < SINCE:
        raise OSError(errno.ENOSYS, "no io_uring here")
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.argtypes = [ctypes.c_long] * 7
    call.restype = ctypes.c_long
    return call


def _release() -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", platform.release())
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _checked(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer
