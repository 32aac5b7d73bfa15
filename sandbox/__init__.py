"""Stand-ins for the outside world: a sample platform and a local data plane."""
