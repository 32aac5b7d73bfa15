"""The sample platform: an invented store with courses, whose history the backfill can be tried on."""
