"""A private PostgreSQL for tests and benchmarks: the server comes in a wheel, nothing on the machine is touched."""
