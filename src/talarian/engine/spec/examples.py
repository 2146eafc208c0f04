"""The Example Object, which parameters are declared with: https://spec.openapis.org/oas/v3.1.1.html."""

from typing import Any

from pydantic import AnyUrl, ConfigDict, with_config
from typing_extensions import TypedDict


@with_config(ConfigDict(extra="allow"))
class Example(TypedDict, total=False):
    """A dictionary, because users write it by hand in `openapi_examples`."""

    summary: str | None
    description: str | None
    value: Any | None
    externalValue: AnyUrl | None
