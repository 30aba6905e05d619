"""User codes of the pairing screen: 8 of 32 unambiguous characters."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8


def new_code() -> str:
    """A new code of 40 random bits, in stored form."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """The displayed form: `7K3M-9QXA`."""
    return f"{code[:4]}-{code[4:]}"


def normalised(typed: str) -> str:
    """The stored form, independent of case, letter width, dashes and spaces."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(character for character in plain if character.isalnum())
