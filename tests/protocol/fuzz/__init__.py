"""A byte-level fuzzer: whatever is sent, the lane does what uvicorn's own protocol does."""
