"""What people at a venue do with its screens without an account: the phone page behind a code."""
