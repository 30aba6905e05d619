"""Random checks of screens, judged by people."""
