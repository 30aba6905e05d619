"""Operating hours of screens: opening hours, vehicle services, maintenance."""
