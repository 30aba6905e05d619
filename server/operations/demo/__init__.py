"""The demo district: generated from a seed through the API and services, with virtual screens."""
