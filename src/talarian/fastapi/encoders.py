"""FastAPI's `fastapi.encoders`."""

from ..engine.fields.encode import (
    ENCODERS_BY_TYPE as ENCODERS_BY_TYPE,
    decimal_encoder as decimal_encoder,
    encoders_by_class_tuples as encoders_by_class_tuples,
    generate_encoders_by_class_tuples as generate_encoders_by_class_tuples,
    isoformat as isoformat,
    jsonable_encoder as jsonable_encoder,
)
