"""Says in words what is wrong with a server and its machine; changes nothing."""
