"""The search field of every page: results of each kind within a person's scope."""
