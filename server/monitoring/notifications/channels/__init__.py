"""Delivery channels: robots of chat services, webhooks, mail."""
