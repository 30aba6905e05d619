"""Public ids: a letter or two for the kind and an integer that is never used again."""

from server.foundation.errors import NotFound

LETTERS = {
    "unit": "u",
    "user": "p",
    "venue": "v",
    "line": "n",
    "screen": "s",
    "enrolment_key": "e",
    "asset": "a",
    "playlist": "l",
    "campaign": "k",
    "takeover": "t",
    "attestation": "m",
    "stop": "x",
    "token": "o",
    "boost": "b",
    "command": "c",
    "exemption": "f",
    "spot_check": "z",
    "play_export": "y",
    "report_schedule": "j",
    "report_file": "r",
    "assessment_pack": "g",
    "maintenance": "w",
    "incident": "i",
    "notification_target": "h",
    "message": "q",
    "led_pack": "lp",
    "player_release": "R",
    "bulk_act": "B",
    "duty_shift": "d",
    "binned_item": "D",
}


def public(kind: str, number: int) -> str:
    """`public("screen", 9)` is `s_9`."""
    return f"{LETTERS[kind]}_{number}"


def number(kind: str, text: str) -> int:
    """The row number behind a public id; anything else is NotFound."""
    letter, _, digits = text.partition("_")
    if letter != LETTERS[kind] or not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        raise NotFound
    return int(digits)
