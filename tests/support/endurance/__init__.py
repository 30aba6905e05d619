"""A district under faults for hours: a crowd, real screens, acknowledgements, and memory."""
