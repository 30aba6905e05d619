"""Settings of a demo: the default ones, in a data folder of its own."""

import os
from pathlib import Path
from typing import Final

from server.foundation.config import PREFIX, Settings, read_settings

FOLDER: Final = "var-demo"


def demo_settings() -> Settings:
    """From the environment. Raises WrongSetting."""
    if f"{PREFIX}DATA" in os.environ:
        return read_settings()
    return read_settings(data=Path(FOLDER))
