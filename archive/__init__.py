"""What is kept: schema, store, reading, checks and publishing of the archive."""
