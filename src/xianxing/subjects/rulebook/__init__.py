"""The zone's own rule sets: drafted, tried, put in force and retired on the page, without code."""
