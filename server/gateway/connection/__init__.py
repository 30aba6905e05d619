"""The `/screen` namespace and its HTTP twin: presence, beats, pushing what is new."""
