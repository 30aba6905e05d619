"""Durations in the units of stored instants."""

from typing import Final

MINUTE_S: Final = 60
HOUR_S: Final = 60 * MINUTE_S
DAY_S: Final = 24 * HOUR_S
MINUTE_MS: Final = 1000 * MINUTE_S
HOUR_MS: Final = 1000 * HOUR_S
DAY_MS: Final = 1000 * DAY_S
