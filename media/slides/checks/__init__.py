"""What a slide may not say: numbers and addresses that aren't listed, dates that are over, small
print."""
