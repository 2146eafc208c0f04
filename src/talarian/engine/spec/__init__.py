"""OpenAPI 3.1 as data: the objects of a document in `models`, and what users write by hand."""
