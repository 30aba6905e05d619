"""The ways out: robots of chat services, webhooks, mail."""
