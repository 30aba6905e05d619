"""Pages of screens: list, one screen, its current content and why, commands, devices, releases."""
