"""The project, its peers and the floor, side by side in one run: `python -m benchmarks`."""
