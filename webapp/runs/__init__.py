"""Runs: trainings, from the queue to the finished model."""
