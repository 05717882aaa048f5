"""What leaves the archive: coverage, integrity, and the site."""
