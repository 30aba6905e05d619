"""Pages of screens: list, one screen, what is on and why, commands, devices, releases."""
