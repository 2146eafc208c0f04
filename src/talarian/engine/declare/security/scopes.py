"""OAuth 2.0 scopes, as a dependency sees them (RFC 6749, section 3.3)."""


class SecurityScopes:
    """The scopes that all dependents of a dependency require: declare a parameter of this type.

    `scope_str` has them separated by spaces, as a challenge names them.
    See https://fastapi.tiangolo.com/advanced/security/oauth2-scopes/.
    """

    def __init__(self, scopes: list[str] | None = None) -> None:
        self.scopes: list[str] = scopes or []
        self.scope_str: str = " ".join(self.scopes)
