"""Run every benchmark in turn, each in a process of its own: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SHARED = {"run.py", "harness.py"}


def main() -> int:
    scripts = [script for script in sorted(HERE.glob("*.py")) if script.name not in SHARED]
    wanted = set(sys.argv[1:])
    failed = []
    for script in scripts:
        if wanted and script.stem not in wanted:
            continue
        if subprocess.run([sys.executable, str(script)], cwd=HERE.parent, check=False).returncode:
            failed.append(script.stem)
        print(flush=True)
    if failed:
        print(f"Wrong answers in: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
