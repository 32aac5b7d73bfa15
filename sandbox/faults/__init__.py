"""Things that go wrong, on purpose: a data plane that answers badly, a database whose connections drop."""
