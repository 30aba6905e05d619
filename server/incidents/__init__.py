"""What is wrong with screens, since when, who looks after it, and what has to be told to whom."""
