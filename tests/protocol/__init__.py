"""Bytes on sockets: every kind of server answers like uvicorn's own protocol, and survives."""
