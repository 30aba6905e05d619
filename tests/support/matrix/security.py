"""Attacks: 22 rows."""

from typing import Final

from tests.support.matrix.control import CONTROL
from tests.support.matrix.outside import OUTSIDE

SECURITY: Final = (*CONTROL, *OUTSIDE)
