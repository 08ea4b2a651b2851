"""The pages around the API: the browser application, its files, health and documentation."""
