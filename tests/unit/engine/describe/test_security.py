from typing import Annotated, Any

from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.security import HTTPBearer, OAuth2PasswordBearer
from tests.unit.engine.describe.helpers import document, route

oauth2 = OAuth2PasswordBearer(tokenUrl="token", scopes={"read": "Read", "write": "Write"})
bearer = HTTPBearer(scheme_name="Machine")


def user(token: Annotated[str, Security(oauth2, scopes=["read"])]) -> str:
    raise NotImplementedError


def test_scopes_of_one_scheme_are_asked_for_together() -> None:
    def read(
        machine: Annotated[Any, Depends(bearer)],
        reader: Annotated[str, Depends(user)],
        writer: Annotated[str, Security(user, scopes=["write"])],
    ) -> None: ...

    described = document(route(read))
    assert described["paths"]["/"]["post"]["security"] == [
        {"Machine": []},
        {"OAuth2PasswordBearer": ["read", "write"]},
    ]
    schemes = described["components"]["securitySchemes"]
    assert schemes["Machine"] == {"type": "http", "scheme": "bearer"}
    assert schemes["OAuth2PasswordBearer"]["flows"]["password"]["tokenUrl"] == "token"


def test_dependencies_without_a_value_count_too() -> None:
    def read() -> None: ...

    described = document(route(read, dependencies=[Security(user, scopes=["write"])]))
    assert described["paths"]["/"]["post"]["security"] == [
        {"OAuth2PasswordBearer": ["write", "read"]}
    ]
