"""What is told after commit to whoever keeps incidents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UpstreamLost:
    """Many screens vanished at once: a cause that they share. `from_s`: the first was heard last.

    `screens` are those that vanished, of `online`; told again with all of them when more follow.
    Seconds since 1970 UTC.
    """

    from_s: int
    screens: frozenset[int]
    online: int


@dataclass(frozen=True)
class UpstreamBack:
    """It is over: most are back, nothing changed for long, or the server began anew.

    `missing` are the screens that are still away; from now on each is judged by itself.
    """

    from_s: int
    until_s: int
    missing: frozenset[int]
