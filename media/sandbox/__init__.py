"""Programs with limits of time, memory and output."""
