"""Commands that check and explain what is stored and counted, and take records in again."""
