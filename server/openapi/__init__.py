"""The API's own description, made from the routes and what stands beside their views."""
