"""The location of the program."""

from pathlib import Path
from typing import Final

import server

ROOT: Final = Path(server.__file__).resolve().parent.parent
"""The folder with `server`, `player` and `deploy` in it."""
