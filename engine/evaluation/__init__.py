"""How good a model is: beside what knows nothing, and row by row."""
