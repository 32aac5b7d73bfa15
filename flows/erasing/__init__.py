"""What was sent of some users, and the request that has it deleted: written to files, and sent by nobody here."""
