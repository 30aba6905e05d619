"""The stores of files, room on the disk, the reserve, and when a backup was made last."""
