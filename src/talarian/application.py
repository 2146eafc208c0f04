"""The application as it comes installed: the engine's, with telemetry to observe it."""

from .engine.app.application import Talarian as Talarian
from .engine.ground import observe
from .telemetry.application import application_telemetry

# The engine knows no observer by name.
observe.application_observer = application_telemetry
