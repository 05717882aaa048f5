"""What datasette needs to show an archive: metadata, settings, canned queries, and a plugin with our pages."""
