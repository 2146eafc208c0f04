"""One router for each kind of thing the shop keeps."""
