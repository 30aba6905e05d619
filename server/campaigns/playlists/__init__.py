"""Playlists, and the list that a campaign has of its own."""
