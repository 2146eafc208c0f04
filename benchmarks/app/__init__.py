"""The applications that are measured, written once in FastAPI's words.

The same files run on FastAPI and, under the import hook, on Talarian. Each module's ``app`` is
served by a process of its own, so that the middleware of one scenario is not paid for by another.
"""
