"""The first steps: from a new server to the first picture that was signed off."""
