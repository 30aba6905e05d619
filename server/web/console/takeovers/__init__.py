"""Pages of takeovers and stops, and the phone page on which one is signed off."""
