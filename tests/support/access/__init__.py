"""Two streets with one of everything each, and what every route is asked about them."""
