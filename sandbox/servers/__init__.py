"""What private servers have in common: who they run as, and a keeper that ends them with whoever wants them."""
