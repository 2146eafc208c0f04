"""Measurements of Talarian beside FastAPI and others, as `docs/benchmarks.md` describes them."""
