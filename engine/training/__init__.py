"""Training: settings, losses, metrics, optimizers, and the loop that turns a job into events."""
