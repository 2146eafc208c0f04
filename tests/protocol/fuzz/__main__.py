"""Fuzz for as long as you like.

    python -m tests.protocol.fuzz --seconds 600 --seed 7 --loop asyncio
    python -m tests.protocol.fuzz --raw "b'GET / HTTP/1.1\\r\\n\\r\\n'"

Exits with 1 and the input, as Python, at the first difference.
"""

import argparse
import ast
import logging
import sys
import time

from tests.protocol.fuzz.run import Different, compared, fuzz
from tests.protocol.kinds import LANES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.protocol.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--loop", choices=["uvloop", "asyncio"], default="uvloop")
    parser.add_argument("--raw", type=ast.literal_eval, help="only this input, as Python")
    options = parser.parse_args()
    # Thousands of refused requests are no news.
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).propagate = False
    [lane] = [kind for kind in LANES if kind.loop == options.loop]
    print(f"seed {options.seed}, {lane}", flush=True)
    with compared(lane) as differs:
        if options.raw is not None:
            found = differs(options.raw, [options.raw])
            print(found or "no difference")
            return int(found is not None)
        try:
            count = fuzz(differs, options.seed, sys.maxsize, options.seconds)
        except Different as different:
            print(different)
            return 1
    print(f"{count} inputs, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
