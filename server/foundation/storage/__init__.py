"""File stores, disk space, the reserve, and the time of the last backup."""
