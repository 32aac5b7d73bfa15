"""A database never seen before, looked at through its models: what would go wrong, how often, and the cure."""
