"""The help of each page, and the words of the glossary."""
