"""The slide 案情通报."""
