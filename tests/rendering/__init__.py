"""Statutory forms with known figures, rendered in every kind of markup and text that agencies publish them in."""
