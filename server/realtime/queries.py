"""What the play log knows of boots, asked at the door."""

from sqlalchemy import text

from server.core import Core

_RULED_OUT = text("SELECT 1 FROM boots WHERE screen = :screen AND boot = :boot AND flag = :flag")


def is_ruled_out(core: Core, screen_id: int, boot: str) -> bool:
    """Whether a person has said that this boot is no player of the screen's."""
    with core.plays.read() as session:
        asked = {"screen": screen_id, "boot": boot, "flag": "ruled_out"}
        return session.execute(_RULED_OUT, asked).first() is not None
