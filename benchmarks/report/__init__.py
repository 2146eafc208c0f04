"""What was measured, kept as JSON and told as a page with charts."""
