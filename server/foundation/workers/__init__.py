"""What several workers of one district tell each other, and which of them does the rounds."""
