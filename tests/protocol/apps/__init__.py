"""The applications that are served, each made anew for each server."""
