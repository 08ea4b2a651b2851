"""Data sets: uploaded files, read and profiled by the engine."""
