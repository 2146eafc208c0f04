"""The endpoints of `benchmarks.app`, as other frameworks and languages want them written."""
