"""The API's description, made from the routes."""
