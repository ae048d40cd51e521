"""The receiver kit: each event verified, and processed once."""
