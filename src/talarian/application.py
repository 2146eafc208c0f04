"""The application as it comes installed: the engine's, with telemetry, and with extensions."""

from .engine.app import seams
from .engine.app.application import Talarian as Talarian
from .engine.ground import observe
from .extensions import install
from .telemetry.application import application_telemetry

# The engine knows no observer by name, and nothing of extensions.
observe.application_observer = application_telemetry
seams.installer = install
