"""Which screens a selector means, how far it reaches, and when they are open."""
