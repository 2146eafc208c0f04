"""The files of a built front end, and the page that stands in for files that are not there."""

import email.message
import errno
import os
import stat
from typing import Literal, NamedTuple, NoReturn

import anyio.to_thread
from starlette.datastructures import URL, Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from .scope import FRONTEND_PATH, routing_state

Directory = str | os.PathLike[str]
Fallback = Literal["auto", "index.html", "404.html"]

FILE_METHODS = ("GET", "HEAD")
INDEX_PAGE: Literal["index.html"] = "index.html"
NOT_FOUND_PAGE: Literal["404.html"] = "404.html"

_FALLBACK_PAGES: dict[Fallback | None, tuple[str, ...]] = {
    "auto": (NOT_FOUND_PAGE, INDEX_PAGE),
    INDEX_PAGE: (INDEX_PAGE,),
    NOT_FOUND_PAGE: (NOT_FOUND_PAGE,),
    None: (),
}

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})


class _File(NamedTuple):
    path: str
    status: os.stat_result
    is_index: bool
    """The `index.html` of the directory that was asked for."""


class FrontendFiles(StaticFiles):
    """The files of one front end.

    https://fastapi.tiangolo.com/tutorial/frontend/

    Args:
        directory: What the front end's build wrote.
        fallback: The page for a path without a file: `"index.html"` with status 200, for
            navigation only; `"404.html"` with status 404; `"auto"`, the second if it exists, else
            the first; `None` for no page.
        check_dir: Fail now, not at the first request, when the directory or the page is missing.

    Raises:
        AssertionError: When `fallback` is none of these.
        RuntimeError: When something is missing.
    """

    def __init__(self, *, directory: Directory, fallback: Fallback | None, check_dir: bool) -> None:
        assert fallback in _FALLBACK_PAGES, (
            f"fallback must be 'auto', 'index.html', '404.html' or None, not {fallback!r}"
        )
        if check_dir and not os.path.isdir(directory):
            raise RuntimeError(missing_directory(directory))
        super().__init__(directory=directory, check_dir=False)
        self.fallback: Fallback | None = fallback
        if check_dir and fallback not in ("auto", None) and self._lookup(fallback) is None:
            raise self._missing(fallback)

    def get_path(self, scope: Scope) -> str:
        """The file below the directory that a request asks for, as routing found it."""
        path: str = routing_state(scope)[FRONTEND_PATH]
        return os.path.normpath(os.path.join(*path.split("/")))

    async def response_to(self, scope: Scope) -> Response:
        """Answer a request that routing has found to be for this front end.

        Raises:
            HTTPException: 404 without a file or page, 405 when a file is not asked for with GET
                or HEAD.
            RuntimeError: When the directory or the chosen page is missing.
        """
        # Starlette does this, too, but in the method that sends the response.
        if not self.config_checked:
            await self.check_config()
            self.config_checked = True
        return await self.get_response(self.get_path(scope), scope)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in FILE_METHODS:
            await self.refuse_method(scope)
        file = await self._find(path)
        if file is None:
            return await self._fall_back(scope)
        if file.is_index and not scope["path"].endswith("/"):
            # Without the slash, the page's relative links would lead one level too high.
            url = URL(scope=scope)
            return RedirectResponse(url.replace(path=url.path + "/"))
        return self.file_response(file.path, file.status, scope)

    async def refuse_method(self, scope: Scope) -> NoReturn:
        """Raise 405 where there is a file, and 404 where not even GET is sure to find one."""
        if await self._find(self.get_path(scope)) is None:
            raise HTTPException(status_code=404)
        raise HTTPException(status_code=405, headers={"Allow": ", ".join(FILE_METHODS)})

    async def _fall_back(self, scope: Scope) -> Response:
        for page in _FALLBACK_PAGES[self.fallback]:
            file = await self._find(page)
            if file is None and page == self.fallback:
                raise self._missing(page)
            if file is None:
                continue
            if page == NOT_FOUND_PAGE:
                return FileResponse(file.path, status_code=404, stat_result=file.status)
            if accepts_page(Headers(scope=scope).get("accept", "")):
                return self.file_response(file.path, file.status, scope)
        raise HTTPException(status_code=404)

    async def _find(self, path: str) -> _File | None:
        try:
            return await anyio.to_thread.run_sync(self._lookup, path)
        except PermissionError as error:
            raise HTTPException(status_code=401) from error
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise HTTPException(status_code=404) from error
        except ValueError as error:  # a null byte
            raise HTTPException(status_code=404) from error

    def _lookup(self, path: str) -> _File | None:
        """The file at `path`, or the index page of the directory there. It blocks."""
        full_path, status = self.lookup_path(path)
        if status is not None and stat.S_ISREG(status.st_mode):
            return _File(full_path, status, is_index=False)
        if status is not None and stat.S_ISDIR(status.st_mode):
            full_path, status = self.lookup_path(os.path.join(path, INDEX_PAGE))
            if status is not None and stat.S_ISREG(status.st_mode):
                return _File(full_path, status, is_index=True)
        return None

    def _missing(self, page: str) -> RuntimeError:
        assert self.directory is not None
        return RuntimeError(
            f"Frontend fallback file {page!r} does not exist in directory "
            f"{str(self.directory)!r}, that is {os.path.abspath(self.directory)!r}"
        )


def missing_directory(directory: Directory) -> str:
    """Say what is missing, and where a relative path leads."""
    return (
        f"Frontend directory {str(directory)!r} does not exist: nothing is built at "
        f"{os.path.abspath(directory)!r}"
    )


def accepts_page(accept: str) -> bool:
    """Whether an `Accept` header asks for HTML by name, as browsers do when they navigate.

    A wildcard does not count: scripts and images are asked for with one. Quality zero is a
    refusal (RFC 9110, section 12.4.2).
    """
    return any(_is_wanted_page(preference) for preference in accept.split(","))


def _is_wanted_page(preference: str) -> bool:
    message = email.message.Message()
    message["content-type"] = preference
    if message.get_content_type() not in _PAGE_TYPES:
        return False
    try:
        return float(str(message.get_param("q", "1"))) != 0
    except ValueError:
        return True
