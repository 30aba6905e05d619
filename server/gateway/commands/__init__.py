"""Commands to one screen: sent, answered, what its picture is to be."""
