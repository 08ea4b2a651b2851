"""The drawing: its document, its shapes, and the model made from it."""
