"""The demo district: made through the API and services from a seed, with its virtual screens."""
