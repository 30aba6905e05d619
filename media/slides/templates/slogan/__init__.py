"""The slide 宣传标语."""
