"""The sides of a comparison, each a process of its own: python -m tests.benchmarks.peers SIDE FOLDER."""
