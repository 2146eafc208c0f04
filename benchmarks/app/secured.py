"""A bearer token is checked before a model is answered, for a page of another origin.

As in https://fastapi.tiangolo.com/tutorial/security/oauth2-jwt/, with the same JWT library.
"""

# FastAPI is not installed where types are checked: one process has the real one, another the hook.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, status
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel

from benchmarks.app.data import ORIGIN, SECRET

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=[ORIGIN], allow_methods=["*"], allow_headers=["*"])
bearer = OAuth2PasswordBearer(tokenUrl="token")


class User(BaseModel):
    name: str
    email: str | None = None
    active: bool = True


async def current_user(token: Annotated[str, Depends(bearer)]) -> User:
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "Could not validate credentials",
            {"WWW-Authenticate": "Bearer"},
        ) from None
    return User(name=claims["sub"], email=f"{claims['sub']}@app.example")


@app.get("/me", response_model=User)
async def me(user: Annotated[User, Depends(current_user)]) -> User:
    return user
