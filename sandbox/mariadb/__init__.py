"""A private MariaDB for tests, of the programs that the machine has; the machine's own server is left alone."""
