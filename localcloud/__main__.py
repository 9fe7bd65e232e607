"""`python -m localcloud`: run the local cloud in the foreground."""

import argparse
import os
from pathlib import Path

from localcloud.server import run


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m localcloud", description=__doc__)
    parser.add_argument("--port", type=int, default=4566, help="where to listen; 0 picks a free port")
    parser.add_argument("--data", type=Path, default=Path(".local"), help="folder for file systems and work files")
    parser.add_argument("--time-scale", type=float, default=1.0, help="0.1 makes every wait ten times shorter")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when stdin is closed")
    enforced = os.environ.get("IAM") == "1"
    parser.add_argument("--iam", action="store_true", default=enforced, help="enforce IAM policies (IAM=1 does, too)")
    chosen = parser.parse_args()
    run(chosen.port, chosen.data, chosen.time_scale, chosen.stop_with_stdin, chosen.iam)


if __name__ == "__main__":
    main()
