"""A screen's day by hours, with its gaps and the versions that were in force."""
