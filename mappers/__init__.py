"""Rows to messages. Pure: no I/O, no clock, no randomness. One file a stream."""
