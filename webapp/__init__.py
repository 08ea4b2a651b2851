"""The web application: rows, files, people and live streams; it knows no JAX."""
