"""A store like those on Oracle ATG Commerce: a few tables of our own making, under the names that such a store uses."""
