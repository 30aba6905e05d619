"""What a sample of looks says: counting rules and the bound that follows."""
