"""Orders that a plan is built from: goals, phases, pacing."""
