"""What each page is for, and the words of the glossary."""
