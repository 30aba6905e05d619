"""What is wrong with a server, in words."""
