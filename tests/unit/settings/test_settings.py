"""Settings: where they come from, what is shown of them, and what production refuses."""

from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, BaseModel, Field

from talarian import Talarian
from talarian.extensions import Installed, Setting, UnsafeInProduction, hazards, installed
from talarian.middleware import CORSMiddleware
from talarian.settings import DevelopmentOnly, InvalidSettings, Secret, Settings
from talarian.settings.masking import MASK, masked, without_password
from talarian.testclient import TestClient


class Mail(BaseModel):
    host: str = "localhost"
    password: str = "in-a-model"


class ShopSettings(Settings):
    title: str = "Bookshop"
    port: int = 8000
    signing_key: Annotated[Secret, DevelopmentOnly()] = Secret("not secret at all")
    api_token: str = "in-plain-text"
    cache_url: str = "redis://user:pass-in-url@cache/0"
    mail: Mail = Mail()
    public: bool = Field(default=True, validation_alias=AliasChoices("IS_PUBLIC", "PUBLIC"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, as a developer."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TALARIAN_ENV", "development")
    for name in ("TITLE", "PORT", "SIGNING_KEY", "PUBLIC", "IS_PUBLIC"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def sources(settings: Settings) -> dict[str, str]:
    return {row.name: row.source for row in settings.__extension__().settings()}


class TestSources:
    def test_each_has_its_place(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / ".env").write_text("TITLE=common\nPORT=1\nAPI_TOKEN=common\n")
        (folder / ".env.development").write_text("TITLE=profile\nPORT=2\n")
        monkeypatch.setenv("TITLE", "environment")
        settings = ShopSettings(mail=Mail(host="code"))
        assert (settings.title, settings.port, settings.api_token) == ("environment", 2, "common")
        assert sources(settings) == {
            "TITLE": "environment",
            "PORT": ".env.development",
            "API_TOKEN": ".env",
            "MAIL": "code",
            "SIGNING_KEY": "default",
            "CACHE_URL": "default",
            "IS_PUBLIC": "default",
        }

    def test_other_profiles_are_not_read(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / ".env.development").write_text("TITLE=development\n")
        (folder / ".env.production").write_text("TITLE=production\n")
        monkeypatch.setenv("TALARIAN_ENV", "production")
        assert ShopSettings().title == "production"

    def test_tests_do_not_read_what_a_developer_has(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / ".env").write_text("TITLE=mine\nPORT=1\n")
        (folder / ".env.test").write_text("PORT=2\n")
        monkeypatch.setenv("TALARIAN_ENV", "test")
        assert (ShopSettings().title, ShopSettings().port) == ("Bookshop", 2)

    def test_an_alias_is_a_variable_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PUBLIC", "false")
        settings = ShopSettings()
        assert settings.public is False
        assert sources(settings)["IS_PUBLIC"] == "environment"

    def test_other_files_and_secrets_directories(self, folder: Path) -> None:
        (folder / "shop.env").write_text("TITLE=other file\n")
        (folder / "shop.env.development").write_text("API_TOKEN=other profile\n")
        (folder / "port").write_text("17")

        class Other(ShopSettings):
            model_config = {"env_file": "shop.env", "secrets_dir": str(folder)}  # noqa: RUF012

        settings = Other()
        assert (settings.title, settings.port) == ("other file", 17)
        assert sources(settings)["PORT"] == "secrets directory"
        assert settings.api_token == "other profile"

    def test_a_prefix(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Prefixed(Settings):
            model_config = {"env_prefix": "SHOP_"}  # noqa: RUF012

            title: str = "default"

        monkeypatch.setenv("SHOP_TITLE", "prefixed")
        assert sources(settings := Prefixed()) == {"SHOP_TITLE": "environment"}
        assert settings.title == "prefixed"

    def test_they_do_not_change(self) -> None:
        with pytest.raises(Exception, match="frozen"):
            ShopSettings().title = "other"  # pyright: ignore


class TestErrors:
    def test_all_are_named_and_no_value_is_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Strict(Settings):
            needed: str
            port: int = 1
            other_key: Annotated[Secret, Field(min_length=99)]

        monkeypatch.setenv("PORT", "hush")
        monkeypatch.setenv("OTHER_KEY", "hush")
        with pytest.raises(InvalidSettings) as raised:
            Strict.load()
        text = str(raised.value)
        assert "Strict cannot be read:\n" in text
        assert "  NEEDED is missing: set it in the environment or in .env\n" in text
        assert "  PORT: Input should be a valid integer" in text
        assert "  OTHER_KEY: " in text
        assert "hush" not in text
        assert raised.value.__cause__ is None


class TestMasking:
    def test_in_a_repr(self) -> None:
        text = repr(ShopSettings()) + str(ShopSettings())
        for secret in ("not secret", "in-plain-text", "pass-in-url", "in-a-model"):
            assert secret not in text
        assert "Bookshop" in text

    def test_in_rows(self) -> None:
        rows = {row.name: row.value for row in ShopSettings().__extension__().settings()}
        assert rows["TITLE"] == "Bookshop"
        assert rows["SIGNING_KEY"] == rows["API_TOKEN"] == MASK
        assert rows["CACHE_URL"] == f"redis://user:{MASK}@cache/0"
        assert rows["MAIL"] == str({"host": "localhost", "password": MASK})

    @pytest.mark.parametrize(
        ("name", "value", "shown"),
        [
            ("password", None, None),
            ("password", "", ""),
            ("secret", Secret(""), ""),
            ("show_password", True, True),
            ("db_password", "p", MASK),
            ("monkey", "see", "see"),
            ("urls", ["a://b:c@d", "e"], [f"a://b:{MASK}@d", "e"]),
            ("anything", {"token": "t", "n": 1}, {"token": MASK, "n": 1}),
        ],
    )
    def test_by_name_and_by_value(self, name: str, value: Any, shown: Any) -> None:
        assert masked(name, value) == shown

    @pytest.mark.parametrize(
        "url", ["p://h/x", "p://u@h/x", "p://h:1/x?a=b@c:d", "mailto:a@b", "p:///file"]
    )
    def test_urls_without_a_password_stay(self, url: str) -> None:
        assert without_password(url) == url

    def test_urls_with_a_colon_in_the_password(self) -> None:
        assert without_password("p://u:a:b@h/x p://:c@h") == f"p://u:{MASK}@h/x p://:{MASK}@h"


class TestProduction:
    @pytest.fixture(autouse=True)
    def production(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TALARIAN_ENV", "production")

    def test_development_keys_are_refused(self) -> None:
        app = Talarian(extensions=[ShopSettings()])
        with pytest.raises(UnsafeInProduction) as raised, TestClient(app):
            pass
        (hazard,) = raised.value.hazards
        assert "SIGNING_KEY has the value that is for development" in hazard.what
        assert "Set SIGNING_KEY in the environment. Make a random one: python -c" in hazard.change
        assert "not secret at all" not in str(raised.value)

    def test_a_copied_one_is_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SIGNING_KEY", "not secret at all")
        assert len(hazards(Talarian(extensions=[ShopSettings()]))) == 1

    def test_ones_own_is_fine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SIGNING_KEY", "something else")
        with TestClient(Talarian(extensions=[ShopSettings()])):
            pass

    @pytest.mark.parametrize(
        ("origins", "credentials", "refused"),
        [
            ({"allow_origins": ["*"]}, True, True),
            ({"allow_origin_regex": ".*"}, True, True),
            ({"allow_origins": ["*"]}, False, False),
            ({"allow_origins": ["https://shop.example"]}, True, False),
            ({"allow_origin_regex": r"https://\w+\.shop\.example"}, True, False),
        ],
    )
    def test_open_cors(
        self,
        origins: dict[str, Any],
        credentials: bool,
        refused: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SIGNING_KEY", "something else")
        app = Talarian(extensions=[ShopSettings()])
        app.add_middleware(CORSMiddleware, allow_credentials=credentials, **origins)
        assert any("CORSMiddleware" in hazard.what for hazard in hazards(app)) is refused

    def test_debug(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SIGNING_KEY", "something else")
        app = Talarian(debug=True, extensions=[ShopSettings()])
        assert ["debug=True" in hazard.what for hazard in hazards(app)] == [True]


class TestInstalled:
    def test_endpoints_can_have_them(self) -> None:
        app = Talarian(extensions=[settings := ShopSettings(title="Shop")])

        @app.get("/")
        def title(given: Annotated[ShopSettings, Installed(ShopSettings)]) -> str:
            assert given is settings
            return given.title

        assert TestClient(app).get("/").json() == "Shop"

    def test_several_classes(self) -> None:
        class MailSettings(Settings):
            sender: str = "shop@example.org"

        app = Talarian(extensions=[ShopSettings(), MailSettings()])
        assert [it.name for it in installed(app)] == ["shopsettings", "mailsettings"]
        rows = list(installed(app)[1].settings())
        assert rows == [Setting("SENDER", "shop@example.org", "default")]
