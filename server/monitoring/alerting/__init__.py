"""Who is told of an incident and when: at once, grouped, by age, once a day."""
