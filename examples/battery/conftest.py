"""Lets the tests import `flags` and `flagged_shop`, which are not installed packages."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
