"""How long an act takes a person, by the keystroke-level model.

Operators of Card, Moran, Newell: The Keystroke-Level Model for User Performance Time with
Interactive Systems, Communications of the ACM 23 (7), 1980: an average typist who is no secretary
(K), pointing with a mouse (P), from keyboard to mouse or back (H), making up one's mind (M); a
button of the mouse goes down and up again (B, twice). The system's answers (R) are no part of it.

Assumed, as the model doesn't cover it: a Han character takes four keys (three letters of its
pinyin, and its share of a choice among words), a code that is scanned with a phone five seconds.
"""

from typing import Final

KEY_S: Final = 0.28
POINT_S: Final = 1.10
HOME_S: Final = 0.40
MIND_S: Final = 1.35
BUTTON_S: Final = 0.10
HAN_KEYS: Final = 4
FIRST_HAN: Final = "\u2e80"
"""Below it are scripts that have their own keys."""

CLICK_S: Final = MIND_S + POINT_S + 2 * BUTTON_S
CHOICE_S: Final = CLICK_S + POINT_S + 2 * BUTTON_S
"""A list is opened, and one of it chosen."""
SCAN_S: Final = MIND_S + 5.0


def typing_s(text: str) -> float:
    """A click into a field, the hands to the keys, the text, and back to the mouse."""
    keys = sum(HAN_KEYS if sign >= FIRST_HAN else 1 for sign in text)
    return CLICK_S + HOME_S + KEY_S * keys + HOME_S
