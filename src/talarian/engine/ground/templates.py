"""Path templates: `/items/{item_id:int}`."""

import re

PARAMETER = re.compile(r"{(.*?)}")


def parameter_names(path: str) -> frozenset[str]:
    """Return the names of the parameters in a path template, without their convertors."""
    return frozenset(name.partition(":")[0] for name in PARAMETER.findall(path))
