"""The field on every page: what is found of each kind within a person's scope."""
