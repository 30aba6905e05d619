"""Both ends of the connection between web workers and the process that answers reads."""
