"""Random looks at screens, judged by people."""
