"""From an uploaded file to arrays: reading, profiling, the recipe, and preparation fitted on training."""
