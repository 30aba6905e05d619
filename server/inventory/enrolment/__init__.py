"""How a player comes to be bound: pairing codes, enrolment keys, credentials, binding again."""
