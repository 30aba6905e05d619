"""What is shown where, when and how often: playlists, campaigns, sign-off, takeovers and stop."""
