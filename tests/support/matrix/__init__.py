"""What is promised of attacks and of faults, row by row, and the tests that show it."""
