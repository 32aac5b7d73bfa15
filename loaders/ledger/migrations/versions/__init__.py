"""One file a revision of the ledger's shape, in order."""
