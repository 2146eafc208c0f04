"""How the values of a request are read, written as text."""

import math
from collections.abc import Callable
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from ..analyse.plan import CallPlan, Plan
from ..fields.field import Field
from ..fields.schemas import (
    has_floats,
    has_functions,
    is_scalar,
    is_text_as_it_is,
    reads_json_alike,
)
from . import readers
from .params import read_params
from .source import Source

_CONSTANTS = (str, int, bool, type(None))

# What each place is read from: the variable, and how it is filled when it is first needed.
_PLACES = {
    "query": ("query", "{read_query}(x.query_string) if x.query_string else {NOTHING}"),
    "header": ("headers", "{read_headers}(x.headers)"),
    "cookie": ("cookies", "{read_cookies}(x.headers)"),
}
_READERS = (
    *("read_query", "read_headers", "read_cookies", "NOTHING"),
    *("query_params", "all_headers"),
)
_WHOLE = {
    "path": "x.path_params",
    "query": "{query_params}(x.query_string)",
    "header": "{all_headers}(x.headers)",
    "cookie": "{read_cookies}(x.headers)",
}


class ParameterEmitter:
    """Writes how one function reads the values of its requests.

    Args:
        plan: The endpoint.
        source: Where to write.
        resume: Writes the way out for a request that does not fit.
    """

    def __init__(self, plan: Plan, source: Source, resume: Callable[[], None]) -> None:
        self.plan = plan
        self.source = source
        self.resume = resume
        self._places: set[str] = set()
        self._from_json: dict[Field, str] = {}
        """Body fields that are validated already."""

    # The body comes first: one that is no JSON is refused before any dependency runs.

    def body(self) -> None:
        """Write how the body is parsed, if there is one to read."""
        plan, source = self.plan, self.source
        if plan.body is None:
            return
        is_json = source.object("is_json_body", readers.is_json_body)
        strict = plan.strict_content_type
        with source.block(f"if not x.body or not {is_json}(x.headers, {strict}):"):
            self.resume()
        field = None if plan.body.embed else _read_from_bytes(plan)
        if field is not None:
            variable = source.variable(field.name)
            if has_floats(field.core_schema):
                huge = source.object("has_huge_integer", readers.has_huge_integer)
                with source.block(f"if len(x.body) >= {readers.HUGE} and {huge}(x.body):"):
                    self.resume()
            validate = source.object(f"{field.name}_from_json", field.validator.validate_json)
            self._validated(variable, f"{validate}(x.body)")
            self._from_json[field] = variable
            return
        loads = source.object("loads", readers.loads)
        self._attempt(f"body = {loads}(x.body)", "Exception", "body")
        if plan.body.embed:
            with source.block("if type(body) is not dict:"):
                self.resume()

    def bind(self, call: CallPlan) -> dict[str, str]:
        """Write how the values that a call takes from the request are read and validated."""
        arguments: dict[str, str] = {}
        for place, fields in (
            ("path", call.path_params),
            ("query", call.query_params),
            ("header", call.header_params),
            ("cookie", call.cookie_params),
        ):
            # In their order: validators that users wrote may count on it.
            for is_simple, group in groupby(fields, _is_simple):
                if is_simple:
                    arguments |= {field.name: self._value(field, place) for field in group}
                else:
                    arguments |= self._others(tuple(group), place)
        for field in call.body_params:
            arguments[field.name] = self._body_value(field)
        return arguments

    def _value(self, field: Field, place: str) -> str:
        variable = self.source.variable(field.name)
        get = self._getter(place)
        self.source.line(f"{variable} = {get(field.names[0])}")
        for name in field.names[1:]:
            with self.source.block(f"if {variable} is None:"):
                self.source.line(f"{variable} = {get(name)}")
        decoded = f'{variable}.decode("latin-1")' if place == "header" else variable
        # A path's convertor may have made something else of the text.
        is_text = place != "path" and is_text_as_it_is(field.core_schema)
        raw = None if is_text else field
        self._defaulted(field, variable, decoded, raw)
        return variable

    def _defaulted(self, field: Field, variable: str, sent: str, validated: Field | None) -> None:
        """Write what a value becomes: the default if it was not sent, else what is valid."""
        value = sent if validated is None else self._validation(validated, sent)
        if field.required or field.info.validate_default:
            with self.source.block(f"if {variable} is None:"):
                self.resume()
        else:
            default = self._default(field)
            if value == variable:
                if default != "None":
                    with self.source.block(f"if {variable} is None:"):
                        self.source.line(f"{variable} = {default}")
                return
            value = f"{default} if {variable} is None else {value}"
        if validated is not None:
            self._validated(variable, value)
        elif value != variable:
            self.source.line(f"{variable} = {value}")

    def _validated(self, variable: str, value: str) -> None:
        invalid = self.source.object("ValidationError", ValidationError)
        self._attempt(f"{variable} = {value}", invalid, variable)

    def _attempt(self, text: str, error: str, variable: str) -> None:
        """Write what may fail. The interpreter takes over outside of the `except`.

        Inside, exceptions that come later would show the one that was caught as their context.
        """
        missing = self.source.object("MISSING", readers.MISSING)
        with self.source.block("try:"):
            self.source.line(text)
        with self.source.block(f"except {error}:"):
            self.source.line(f"{variable} = {missing}")
        with self.source.block(f"if {variable} is {missing}:"):
            self.resume()

    def _validation(self, field: Field, value: str) -> str:
        """The call that validates a value; attributes are read as `Field.validate` reads them."""
        function = field.validator.validate_python
        validate = self.source.object(f"validate_{field.name}", function)
        loose = "" if is_scalar(field.core_schema) else ", from_attributes=True"
        return f"{validate}({value}{loose})"

    def _getter(self, place: str) -> Callable[[str], str]:
        if place == "path":
            return lambda name: f"x.path_params.get({name!r})"
        variable, filled = _PLACES[place]
        if place not in self._places:
            self._places.add(place)
            self.source.line(f"{variable} = {self._using(filled)}")
        if place == "header":
            return lambda name: f"{variable}.get({name.lower().encode('latin-1')!r})"
        return lambda name: f"{variable}.get({name!r})"

    def _using(self, text: str) -> str:
        names = {
            name: self.source.object(name, getattr(readers, name))
            for name in _READERS
            if f"{{{name}}}" in text
        }
        return text.format(**names)

    def _others(self, fields: tuple[Field, ...], place: str) -> dict[str, str]:
        """Lists and models are read by the interpreter's own functions."""
        found = self.source.variable("found")
        read = self.source.object("read_params", read_params)
        these = self.source.object(f"{place}_fields", fields)
        whole = self._using(_WHOLE[place])
        self.source.line(f"{found}, wrong = {read}({these}, {whole}, {place!r})")
        with self.source.block("if wrong:"):
            self.resume()
        return {field.name: f"{found}[{field.name!r}]" for field in fields}

    def _body_value(self, field: Field) -> str:
        ready = self._from_json.get(field)
        if ready is not None:
            return ready
        variable = self.source.variable(field.name)
        assert self.plan.body is not None
        if not self.plan.body.embed:
            self._validated(variable, self._validation(field, "body"))
            return variable
        missing = self.source.object("MISSING", readers.MISSING)
        self.source.line(f"{variable} = body.get({field.names[0]!r}, {missing})")
        for name in field.names[1:]:
            with self.source.block(f"if {variable} is {missing}:"):
                self.source.line(f"{variable} = body.get({name!r}, {missing})")
        value = self._validation(field, variable)
        if field.required or field.info.validate_default:
            with self.source.block(f"if {variable} is {missing}:"):
                self.resume()
        else:
            value = f"{self._default(field)} if {variable} is {missing} else {value}"
        self._validated(variable, value)
        return variable

    def _default(self, field: Field) -> str:
        """The default as an expression: a constant, or a call that gives a fresh one."""
        value: Any = field.info.default
        is_finite = type(value) is float and math.isfinite(value)
        if field.info.default_factory is None and (type(value) in _CONSTANTS or is_finite):
            return repr(value)
        return f"{self.source.object(f'default_{field.name}', field.default)}()"


def _is_simple(field: Field) -> bool:
    """Whether it is one value under one name."""
    return not field.models and not field.sequence


def _read_from_bytes(plan: Plan) -> Field | None:
    """The field that is the whole body, if it may be validated as text, before dependencies run.

    Several fields that are the same body share what was parsed.
    """
    fields = [field for call in plan.root.walk() for field in call.body_params]
    if len(fields) != 1:
        return None
    schema = fields[0].core_schema
    early = not plan.root.dependencies or not has_functions(schema)
    return fields[0] if early and reads_json_alike(schema) else None
