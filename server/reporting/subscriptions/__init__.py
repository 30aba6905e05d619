"""Daily, weekly and monthly reports, and the files that came of them."""
