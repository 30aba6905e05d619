"""Several processes that serve one district: what they tell each other, and which does rounds."""
