"""Single messages that a person writes, or another flow: Identify, Track and Group, with all their fields."""
