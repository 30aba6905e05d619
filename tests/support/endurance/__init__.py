"""A district under faults for hours: a crowd, real screens, what all were told, and memory."""
