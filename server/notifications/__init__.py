"""Messages to people who have no page open: where to, how they go, what became of them."""
