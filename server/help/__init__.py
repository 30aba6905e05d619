"""What each page is for, in a few lines behind the `?` beside its heading."""
