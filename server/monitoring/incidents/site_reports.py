"""The kinds of faults that people at a venue can report."""

from typing import Final, Literal, get_args

from server.foundation.i18n import Sentence

Kind = Literal["black", "frozen", "wrong_picture", "sound", "damaged", "other"]
KINDS: Final[dict[str, Sentence]] = {
    "black": Sentence("黑屏", "Black screen"),
    "frozen": Sentence("画面卡住不动", "Frozen"),
    "wrong_picture": Sentence("画面不对", "Wrong picture"),
    "sound": Sentence("没有声音或声音太大", "No sound, or too loud"),
    "damaged": Sentence("屏幕损坏", "Damaged"),
    "other": Sentence("其他", "Something else"),
}
assert set(KINDS) == set(get_args(Kind))  # noqa: S101 - both lists are one
