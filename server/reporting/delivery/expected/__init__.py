"""How many plays were to be expected: evidence, exclusions, windows, watermarks, frozen months."""
