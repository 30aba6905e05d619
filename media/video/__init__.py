"""Clips: ffmpeg's commands, loudness, memory."""
