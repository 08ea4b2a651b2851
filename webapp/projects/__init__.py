"""Projects: a drawing with its data, preparation and training settings."""
