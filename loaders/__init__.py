"""Messages to the data plane: plan check, batches, client, delivery, ledger."""
