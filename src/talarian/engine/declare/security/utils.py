"""Reading the `Authorization` header (RFC 9110, section 11.6.2)."""


def get_authorization_scheme_param(authorization_header_value: str | None) -> tuple[str, str]:
    """Split the header's value into scheme and credentials: two empty strings without one."""
    scheme, _, credentials = (authorization_header_value or "").partition(" ")
    return scheme, credentials.strip()
