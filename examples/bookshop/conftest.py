"""Lets the tests import `bookshop`, which is an application and not an installed package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
