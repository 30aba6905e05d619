"""Both ends of the line between web workers and the process that answers what people read."""
