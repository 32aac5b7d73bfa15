"""The platform database to pages of typed rows."""
