"""Search over everything that a person may see, from the field in the frame of all pages."""
