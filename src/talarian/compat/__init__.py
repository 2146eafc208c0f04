"""FastAPI's inner names, which third parties use, as views of the Plan.

They are not public, and the ecosystem stands on them: packages read `route.dependant`, put
dependencies into it, replace `get_request_handler`. Everything here means what it means on FastAPI
and is made of what the engine has; the engine knows nothing of it but the hooks in
`engine.app.seams` and `engine.serve.handler`.
"""
