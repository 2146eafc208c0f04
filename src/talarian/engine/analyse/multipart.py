"""Forms need `python-multipart`, and there is another package that is called `multipart`."""

from importlib import import_module

_OLDEST = (0, 0, 13)
"""The first version that lives under a name of its own, `python_multipart`."""

NOT_INSTALLED = (
    'Form data requires "python-multipart" to be installed. \n'
    'You can install "python-multipart" with: \n\n'
    "pip install python-multipart\n"
)
WRONG_PACKAGE = (
    'Form data requires "python-multipart" to be installed. '
    'It seems you installed "multipart" instead. \n'
    'You can remove "multipart" with: \n\n'
    "pip uninstall multipart\n\n"
    'And then install "python-multipart" with: \n\n'
    "pip install python-multipart\n"
)


def ensure_multipart_is_installed() -> None:
    """Fail when a form is declared, not when the first one is sent.

    Raises:
        RuntimeError: With the command that helps.
    """
    if _version("python_multipart") >= _OLDEST:
        return
    if not _version("multipart"):
        raise RuntimeError(NOT_INSTALLED)
    if not hasattr(import_module("multipart.multipart"), "parse_options_header"):
        raise RuntimeError(WRONG_PACKAGE)


def _version(module: str) -> tuple[int, ...]:
    """The version of an installed module; empty when it is not there or says none."""
    try:
        text = getattr(import_module(module), "__version__", "")
    except ImportError:
        return ()
    return tuple(int(part) for part in text.split(".") if part.isdigit())
