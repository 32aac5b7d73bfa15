"""The database of receipts, cursors and dead letters: it alone knows what was sent."""
