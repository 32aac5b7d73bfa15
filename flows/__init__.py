"""Composition: settings, the pipeline, and the ways to start it."""
