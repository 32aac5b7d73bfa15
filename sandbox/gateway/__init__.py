"""The local data plane: a faithful stand-in for RudderStack's gateway, and for the times its processor sets.

What it copies was read in rudder-server f2655fbbe (2026-08-19, just after v1.83.0), unless a docstring says otherwise.
It plays Segment's HTTP API as well (segment.py).
"""
