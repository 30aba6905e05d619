"""What stands in the cells of such tables: fields, hours, names."""
