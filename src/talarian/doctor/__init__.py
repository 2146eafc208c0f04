"""What ``talarian doctor`` does: look at an application, at rest, for the traps it has.

Nothing is served and nothing of the user's is called. What cannot be known for certain from the
application and its source is not reported.
"""

from .examination import Examination, examine
from .finding import Finding, Place, Severity

__all__ = ["Examination", "Finding", "Place", "Severity", "examine"]
