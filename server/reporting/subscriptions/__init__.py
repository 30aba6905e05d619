"""Daily, weekly and monthly reports, and their files."""
