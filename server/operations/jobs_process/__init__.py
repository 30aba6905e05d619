"""The jobs process: its consumer, its workers, what runs which kind and what comes by the clock."""
