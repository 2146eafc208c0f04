"""The table behind `_passing`: module of the face, where its passing names come from, the names."""

from typing import ParamSpec

P = ParamSpec("P")

SUBMODULES = {
    "": (
        "applications",
        "background",
        "concurrency",
        "datastructures",
        "dependencies",
        "encoders",
        "exception_handlers",
        "exceptions",
        "logger",
        "middleware",
        "openapi",
        "param_functions",
        "params",
        "requests",
        "responses",
        "routing",
        "security",
        "sse",
        "telemetry",
        "types",
        "utils",
        "websockets",
    ),
    "dependencies": ("models", "utils"),
    "middleware": ("asyncexitstack",),
    "openapi": ("constants", "docs", "models", "utils"),
    "security": ("base", "utils"),
}
"""Submodules that are there as soon as `fastapi` is imported."""

NAMES = {
    "applications": {
        ".datastructures": "Default, DefaultPlaceholder",
        ".exception_handlers": (
            "http_exception_handler, request_validation_exception_handler, "
            "websocket_request_validation_exception_handler"
        ),
        ".exceptions": (
            "FastAPIDeprecationWarning, RequestValidationError, WebSocketRequestValidationError"
        ),
        ".middleware.asyncexitstack": "AsyncExitStackMiddleware",
        ".openapi.docs": (
            "get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html"
        ),
        ".openapi.utils": "get_openapi",
        ".params": "Depends",
        ".telemetry._api": "TelemetryConfig",
        ".telemetry._asgi": "ExceptionTelemetryMiddleware, NativeTelemetry",
        ".types": "DecoratedCallable, IncEx",
        ".utils": "generate_unique_id",
        "collections.abc": "Awaitable, Callable, Coroutine, Sequence",
        "enum": "Enum",
        "starlette.applications": "Starlette",
        "starlette.datastructures": "State",
        "starlette.exceptions": "HTTPException",
        "starlette.middleware": "Middleware",
        "starlette.middleware.base": "BaseHTTPMiddleware",
        "starlette.middleware.errors": "ServerErrorMiddleware",
        "starlette.middleware.exceptions": "ExceptionMiddleware",
        "starlette.requests": "Request",
        "starlette.responses": "HTMLResponse, JSONResponse, Response",
        "starlette.routing": "BaseRoute",
        "starlette.types": "ASGIApp, AppType, ExceptionHandler, Lifespan, Receive, Scope, Send",
        "typing": "Annotated, Any, Literal, TypeVar",
        "typing_extensions": "deprecated",
    },
    "background": {
        "collections.abc": "Callable",
        "._passing_names": "P",
        "starlette.background": "BackgroundTasks as StarletteBackgroundTasks",
        "typing": "Annotated, Any",
        "typing_extensions": "ParamSpec",
    },
    "concurrency": {
        "anyio": "CancelScope, CapacityLimiter, Semaphore",
        "anyio.lowlevel": "RunVar, checkpoint_if_cancelled",
        "collections.abc": "AsyncGenerator",
        "contextlib": "AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager",
        "typing": "TypeVar",
        "weakref": "WeakKeyDictionary",
    },
    "datastructures": {
        "collections.abc": "Callable, Mapping",
        "pydantic": "GetJsonSchemaHandler",
        "starlette.datastructures": "UploadFile as StarletteUploadFile",
        "typing": "Annotated, Any, BinaryIO, TypeVar, cast",
    },
    "dependencies.models": {
        "._compat.v2": "ModelField",
        ".security.base": "SecurityBase",
        "collections.abc": "Callable",
        "dataclasses": "dataclass, field",
        "functools": "lru_cache, partial",
        "inspect": "iscoroutinefunction",
        "typing": "Any, Literal",
    },
    "dependencies.utils": {
        "._compat": "sequence_types",
        "._compat.shared": (
            "field_annotation_is_scalar, field_annotation_is_scalar_sequence, "
            "field_annotation_is_sequence, is_bytes_or_nonable_bytes_annotation, "
            "is_bytes_sequence_annotation, is_uploadfile_or_nonable_uploadfile_annotation, "
            "is_uploadfile_sequence_annotation, lenient_issubclass, value_is_sequence"
        ),
        "._compat.v2": (
            "copy_field_info, create_body_model, evaluate_forwardref, get_cached_model_fields, "
            "get_missing_field_error, is_scalar_field, serialize_sequence_value"
        ),
        ".background": "BackgroundTasks",
        ".concurrency": "contextmanager_in_threadpool",
        ".exceptions": "DependencyScopeError",
        ".logger": "logger",
        ".security.oauth2": "SecurityScopes",
        ".utils": "get_path_param_names",
        "anyio": "CancelScope",
        "builtins": "Ellipsis as RequiredParam",
        "collections.abc": (
            "AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Generator, Iterable, "
            "Iterator, Mapping, Sequence"
        ),
        "contextlib": "AsyncExitStack, asynccontextmanager, contextmanager",
        "copy": "copy, deepcopy",
        "dataclasses": "dataclass",
        "functools": "partial",
        "pydantic": (
            "AliasChoices, AliasPath, BaseModel, BeforeValidator, ConfigDict, "
            "GetJsonSchemaHandler, GetPydanticSchema, Json, Tag"
        ),
        "pydantic.fields": "FieldInfo",
        "pydantic_core": "PydanticUndefined as Undefined",
        "pydantic_core.core_schema": "CoreSchema",
        "starlette.background": "BackgroundTasks as StarletteBackgroundTasks",
        "starlette.concurrency": "run_in_threadpool",
        "starlette.datastructures": (
            "FormData, Headers, ImmutableMultiDict, QueryParams, UploadFile"
        ),
        "starlette.requests": "HTTPConnection, Request",
        "starlette.responses": "Response",
        "starlette.websockets": "WebSocket",
        "types": "UnionType",
        "typing": "Annotated, Any, ForwardRef, Literal, Union, cast, get_args, get_origin",
        "typing_inspection.typing_objects": "is_typealiastype",
    },
    "encoders": {
        "._compat.shared": "is_pydantic_v1_model_instance",
        ".exceptions": "PydanticV1NotSupportedError",
        ".types": "IncEx",
        "collections": "defaultdict, deque",
        "collections.abc": "Callable",
        "decimal": "Decimal",
        "enum": "Enum",
        "ipaddress": (
            "IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network"
        ),
        "pathlib": "Path, PurePath",
        "pydantic": "AnyUrl, BaseModel, NameEmail, SecretBytes, SecretStr",
        "pydantic_core": "PydanticUndefinedType, Url",
        "re": "Pattern",
        "types": "GeneratorType",
        "typing": "Annotated, Any",
        "uuid": "UUID",
    },
    "exception_handlers": {
        ".encoders": "jsonable_encoder",
        ".exceptions": "RequestValidationError, WebSocketRequestValidationError",
        ".utils": "is_body_allowed_for_status_code",
        "starlette.exceptions": "HTTPException",
        "starlette.requests": "Request",
        "starlette.responses": "JSONResponse, Response",
        "starlette.status": "WS_1008_POLICY_VIOLATION",
        "starlette.websockets": "WebSocket",
    },
    "exceptions": {
        "collections.abc": "Mapping, Sequence",
        "pydantic": "BaseModel, create_model",
        "starlette.exceptions": (
            "HTTPException as StarletteHTTPException, WebSocketException as "
            "StarletteWebSocketException"
        ),
        "typing": "Annotated, Any, TypedDict",
    },
    "middleware.asyncexitstack": {
        "contextlib": "AsyncExitStack",
        "starlette.types": "ASGIApp, Receive, Scope, Send",
    },
    "openapi.docs": {
        ".encoders": "jsonable_encoder",
        "starlette.responses": "HTMLResponse",
        "typing": "Annotated, Any",
    },
    "openapi.models": {
        ".logger": "logger",
        "collections.abc": "Callable, Iterable, Mapping",
        "pydantic": "GetJsonSchemaHandler",
        "typing": "Optional, Union",
        "typing_extensions": "deprecated as typing_deprecated",
    },
    "openapi.utils": {
        "._compat.shared": "lenient_issubclass",
        "._compat.v2": "ModelField",
        ".datastructures": "DefaultPlaceholder",
        ".dependencies.models": "Dependant, DependencyCacheKey",
        ".dependencies.utils": "get_flat_params",
        ".encoders": "jsonable_encoder",
        ".exceptions": "FastAPIDeprecationWarning",
        ".openapi.models": "OpenAPI",
        ".params": "Body, ParamTypes",
        ".types": "ModelNameMap",
        ".utils": (
            "deep_dict_update, generate_operation_id_for_path, is_body_allowed_for_status_code"
        ),
        "collections.abc": "Sequence",
        "dataclasses": "dataclass, field",
        "starlette.responses": "JSONResponse, Response",
        "starlette.routing": "BaseRoute",
        "typing": "Any, Literal, cast",
    },
    "param_functions": {
        ".openapi.models": "Example",
        "collections.abc": "Callable, Sequence",
        "pydantic": "AliasChoices, AliasPath, Discriminator",
        "pydantic_core": "PydanticUndefined as Undefined",
        "typing": "Annotated, Any, Literal",
        "typing_extensions": "deprecated",
    },
    "params": {
        ".exceptions": "FastAPIDeprecationWarning",
        ".openapi.models": "Example",
        "collections.abc": "Callable, Sequence",
        "dataclasses": "dataclass, field",
        "enum": "Enum",
        "pydantic": "AliasChoices, AliasPath, Discriminator",
        "pydantic.fields": "FieldInfo",
        "typing": "Annotated, Any, Literal",
        "typing_extensions": "deprecated",
    },
    "responses": {
        ".exceptions": "FastAPIDeprecationWarning",
        "typing": "Any, Protocol, cast",
        "typing_extensions": "deprecated",
    },
    "routing": {
        "._body_limit": (
            "get_body_limit_error, get_body_size_limit, validate_max_body_size, "
            "wrap_app_with_body_limit"
        ),
        "._compat.shared": "lenient_issubclass",
        ".sse": "EventSourceResponse, ServerSentEvent, format_sse_event",
        ".telemetry._api": "get_telemetry_data",
        ".types": "DecoratedCallable, IncEx",
        "anyio.abc": "ObjectReceiveStream",
        "collections.abc": (
            "AsyncIterator, Awaitable, Callable, Collection, Coroutine, Generator, Iterator, "
            "Mapping, Sequence"
        ),
        "contextlib": (
            "AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, "
            "asynccontextmanager"
        ),
        "contextvars": "ContextVar",
        "dataclasses": "dataclass, field",
        "enum": "Enum, IntEnum",
        "pydantic_core": "PydanticUndefined as Undefined",
        "starlette.concurrency": "iterate_in_threadpool, run_in_threadpool",
        "starlette.datastructures": "URL, URLPath",
        "starlette.exceptions": "HTTPException",
        "starlette.middleware": "Middleware",
        "starlette.middleware.body_limit": "MAX_BODY_SIZE_SCOPE_KEY",
        "starlette.requests": "Request",
        "starlette.responses": (
            "JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse"
        ),
        "starlette.staticfiles": "StaticFiles",
        "starlette.types": "ASGIApp, AppType, Lifespan, Receive, Scope, Send",
        "starlette.websockets": "WebSocket",
        "typing": "Annotated, Any, Literal, Protocol, TypeVar, cast",
        "typing_extensions": "deprecated",
    },
    "security.api_key": {
        ".openapi.models": "APIKey, APIKeyIn",
        ".security.base": "SecurityBase",
        "starlette.exceptions": "HTTPException",
        "starlette.requests": "HTTPConnection",
        "starlette.status": "HTTP_401_UNAUTHORIZED",
        "typing": "Annotated",
    },
    "security.base": {
        ".openapi.models": "SecurityBase as SecurityBaseModel",
    },
    "security.http": {
        ".exceptions": "HTTPException",
        ".openapi.models": "HTTPBase as HTTPBaseModel, HTTPBearer as HTTPBearerModel",
        ".security.base": "SecurityBase",
        ".security.utils": "get_authorization_scheme_param",
        "base64": "b64decode",
        "pydantic": "BaseModel",
        "starlette.requests": "HTTPConnection",
        "starlette.status": "HTTP_401_UNAUTHORIZED",
        "typing": "Annotated",
    },
    "security.oauth2": {
        ".exceptions": "HTTPException",
        ".openapi.models": "OAuth2 as OAuth2Model, OAuthFlows as OAuthFlowsModel",
        ".param_functions": "Form",
        ".security.base": "SecurityBase",
        ".security.utils": "get_authorization_scheme_param",
        "starlette.requests": "HTTPConnection",
        "starlette.status": "HTTP_401_UNAUTHORIZED",
        "typing": "Annotated, Any, cast",
    },
    "security.open_id_connect_url": {
        ".openapi.models": "OpenIdConnect as OpenIdConnectModel",
        ".security.base": "SecurityBase",
        "starlette.exceptions": "HTTPException",
        "starlette.requests": "HTTPConnection",
        "starlette.status": "HTTP_401_UNAUTHORIZED",
        "typing": "Annotated",
    },
    "sse": {
        "pydantic": "AfterValidator, BaseModel, Field, model_validator",
        "starlette.responses": "StreamingResponse",
        "typing": "Annotated, Any",
    },
    "types": {
        "collections.abc": "Callable",
        "enum": "Enum",
        "pydantic": "BaseModel",
        "typing": "Any, TypeVar, Union",
    },
    "utils": {
        "._compat.shared": "annotation_is_pydantic_v1",
        "._compat.v2": "ModelField",
        ".datastructures": "DefaultPlaceholder",
        ".exceptions": "FastAPIDeprecationWarning, PydanticV1NotSupportedError",
        "pydantic": "PydanticSchemaGenerationError",
        "pydantic.fields": "FieldInfo",
        "pydantic_core": "PydanticUndefined as Undefined",
        "typing": "Any, Literal",
    },
}
"""By module: `"home": "name, original as name"`; a home with a dot in front is the face's."""
