"""A run's account for people: the report, its chart, what to do next, and how they stand on a page in Prefect."""
