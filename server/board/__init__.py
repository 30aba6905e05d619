"""责任单位看板: units or territories side by side, each figure with the rows behind it."""
