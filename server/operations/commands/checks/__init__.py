"""Commands that verify stored records, explain figures and screens, and import records again."""
