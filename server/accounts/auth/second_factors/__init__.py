"""The second factor: codes of a phone, recovery codes, and who has to have one."""
