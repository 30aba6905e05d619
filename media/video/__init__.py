"""Clips: ffmpeg commands, loudness, memory budgets."""
