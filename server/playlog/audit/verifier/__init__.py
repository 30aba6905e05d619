"""The check of a signed export, which runs with four libraries and without the server."""
