"""The `/console` namespace: open pages are hinted at what has changed where their people may
look."""
