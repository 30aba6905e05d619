"""The phone page of a screen, for people without account: state, faults, pauses, photos."""
