"""Attacks: 31 rows."""

from typing import Final

from tests.support.matrix.claims import CLAIMS
from tests.support.matrix.control import CONTROL
from tests.support.matrix.outside import OUTSIDE

SECURITY: Final = (*CONTROL, *OUTSIDE, *CLAIMS)
