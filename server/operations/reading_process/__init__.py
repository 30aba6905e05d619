"""The process that answers what people read, and those that answer one call which writes."""
