"""The three-way account: what the source makes, what the ledger has receipts of, what the destination holds."""
