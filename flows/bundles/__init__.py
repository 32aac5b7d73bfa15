"""Bundles: the exact messages of a run in files, made where the database is and delivered from where it is not."""
