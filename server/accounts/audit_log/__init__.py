"""The chained trail of acts: written, read, said in words."""
