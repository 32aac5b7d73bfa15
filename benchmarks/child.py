"""A contestant in a process of its own: `python -m benchmarks.child NAME`, its task on standard input, JSON out."""

import json
import sys
from dataclasses import asdict
from importlib import import_module
from time import perf_counter

from benchmarks.contestants import CONTESTANTS
from benchmarks.measure import Ready, Task, measured


def main() -> None:
    """Import the contestant, make it ready, measure its work, and print what came of it as the last line."""
    task = Task(**json.load(sys.stdin))
    begun = perf_counter()
    ready: Ready = import_module(CONTESTANTS[sys.argv[1]].module).ready
    imported = perf_counter() - begun
    sys.stdout.write(f"\n{json.dumps(asdict(measured(ready(task), imported)))}\n")


if __name__ == "__main__":
    main()
