"""Models of other tools, read as drawings; nothing that is read is ever run."""
