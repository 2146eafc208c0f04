"""Measurements of Talarian beside FastAPI."""
