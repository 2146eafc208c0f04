"""Servers under load from wrk: starting them, checking them, measuring them in turns."""
