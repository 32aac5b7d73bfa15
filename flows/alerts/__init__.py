"""Alerts as code: where they go, what sets them off, and what a run tells of itself."""
