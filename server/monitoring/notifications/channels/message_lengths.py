"""Length limits of messages: robots of chat groups refuse longer ones."""

from typing import Final

MOST_BYTES: Final = 2_000
"""企业微信 accepts 2,048 bytes of UTF-8, title and text together; a Chinese character has three."""
CUT: Final = "……"


def fitting(text: str, title: str, most: int = MOST_BYTES) -> str:
    """The text cut to fit with its title: whole lines from the start, and the link at its end."""
    left = most - _size(title)
    if _size(text) <= left:
        return text
    lines = text.split("\n")
    end = [CUT, lines.pop()] if "://" in lines[-1] else [CUT]
    left -= sum(map(_size, end))
    kept: list[str] = []
    for line in lines:
        left -= _size(line)
        if left < 0:
            break
        kept.append(line)
    return "\n".join(kept + end)


def _size(line: str) -> int:
    """Bytes of a line with its line break."""
    return len(line.encode()) + 1
