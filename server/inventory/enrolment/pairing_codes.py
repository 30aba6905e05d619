"""User codes of the pairing screen: 8 of 32 characters that nobody mistakes for another."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8


def new_code() -> str:
    """A fresh code of 40 random bits, as stored."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As people read it: `7K3M-9QXA`."""
    return f"{code[:4]}-{code[4:]}"


def normalised(typed: str) -> str:
    """As stored: whatever the case, the width of the letters, dashes or spaces."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(character for character in plain if character.isalnum())
