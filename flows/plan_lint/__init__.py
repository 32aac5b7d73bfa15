"""What will go wrong between models, mappers and plan, found before a row is read."""
