"""What arrived: read back from where the messages went, so that it can be held against what was sent."""
