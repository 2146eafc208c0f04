"""What an HTTP status code says about its response."""

# The patterns OpenAPI 3.1 allows as keys of "responses": any of them may describe a body.
_PATTERNS = frozenset({"default", "1XX", "2XX", "3XX", "4XX", "5XX"})


def is_body_allowed(status_code: int | str | None) -> bool:
    """Whether a response with this status may have content (RFC 9110, sections 6.4.1 and 15).

    `status_code` may also be a key of OpenAPI's "responses", or `None` for the default status.
    """
    if status_code is None or status_code in _PATTERNS:
        return True
    code = int(status_code)
    return code >= 200 and code not in (204, 205, 304)
