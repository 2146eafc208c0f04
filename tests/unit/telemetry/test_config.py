"""What the `telemetry` argument and the environment switch on and off."""

import pytest

from talarian import Talarian
from talarian.telemetry.config import AUTO_CONFIGURE, Settings, settings_from


def test_everything_is_on_but_export() -> None:
    assert settings_from(None) == Settings()
    assert Settings().tracing and Settings().metrics and Settings().logs
    assert Settings().operation_spans and not Settings().auto_configure


@pytest.mark.parametrize(
    ("variable", "config", "expected"),
    [
        ("TRUE", {}, True),
        ("1", {}, False),
        ("true", {"auto_configure": False}, False),
        ("false", {"auto_configure": True}, True),
    ],
)
def test_the_argument_beats_the_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str, config: dict[str, bool], expected: bool
) -> None:
    monkeypatch.setenv(AUTO_CONFIGURE, variable)
    assert settings_from(config).auto_configure is expected


def test_unknown_keys_are_left_out_as_fastapi_does() -> None:
    assert settings_from({"tracing": False, "from_the_future": 1}) == Settings(tracing=False)


def test_what_is_no_dictionary_is_refused() -> None:
    with pytest.raises(TypeError, match="telemetry must be a dictionary"):
        Talarian(telemetry=False)


def test_the_caller_keeps_his_dictionary() -> None:
    config = {"tracing": False}
    app = Talarian(telemetry=config)
    config["tracing"] = True
    assert app._telemetry == Settings(tracing=False)


def test_an_application_with_everything_off_has_no_observer() -> None:
    app = Talarian(telemetry={"tracing": False, "metrics": False, "logs": False})
    assert app._observer is None
