"""Faults: 19 rows."""

from typing import Final

from tests.support.matrix.between import BETWEEN
from tests.support.matrix.box import BOX
from tests.support.matrix.server import SERVER

FAULTS: Final = tuple(sorted((*SERVER, *BETWEEN, *BOX), key=lambda row: row.number))
