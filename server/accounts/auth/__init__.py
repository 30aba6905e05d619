"""Authentication: passwords, throttling, sessions, tokens, second factors, operator recovery."""
