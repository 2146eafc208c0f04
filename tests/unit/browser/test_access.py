"""Who gets in: on this machine, with a password, with the application's own users; production."""

from collections.abc import Generator
from typing import Annotated, Any

import pytest
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from talarian import Depends, HTTPException, Talarian
from talarian.browser import BrowserSettings, DatabaseBrowser
from talarian.exceptions import TalarianError
from talarian.extensions import UnsafeInProduction, hazards
from talarian.settings import Secret
from talarian.sql import Database
from talarian.testclient import TestClient

LONG = "correct horse battery staple"


class Base(DeclarativeBase):
    """Tables of these tests alone."""


class Thing(Base):
    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


@pytest.fixture
def db(tmp_path: Any) -> Generator[Database, None, None]:
    database = Database(f"sqlite:///{tmp_path}/things.db", models=Base)
    Base.metadata.create_all(database.sync_engine)
    yield database
    database.close_sync()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("ENABLED", "PASSWORD", "SECRET_KEY", "USERNAME"):
        monkeypatch.delenv(f"DATABASE_BROWSER_{name}", raising=False)

    def set_to(name: str) -> None:
        monkeypatch.setenv("TALARIAN_ENV", name)

    return set_to


def status(
    app: Talarian,
    *,
    host: str = "localhost",
    client: str = "127.0.0.1",
    auth: tuple[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> int:
    """What the first page answers to somebody at this address."""
    address = (client, 50000)
    with TestClient(app, base_url=f"http://{host}", client=address) as test_client:
        given: dict[str, Any] = {} if auth is None else {"auth": auth}
        return test_client.get("/admin", headers=headers, **given).status_code


class TestOnThisMachine:
    @pytest.fixture
    def app(self, db: Database, environment: Any) -> Talarian:
        environment("development")
        return Talarian(extensions=[db, DatabaseBrowser(db)])

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]", "shop.localhost"])
    def test_it_is_open(self, app: Talarian, host: str) -> None:
        assert status(app, host=host) == 200

    @pytest.mark.parametrize("client", ["192.168.1.7", "testclient", "10.0.0.1"])
    def test_other_machines_are_refused(self, app: Talarian, client: str) -> None:
        assert status(app, client=client) == 403

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil"])
    def test_other_names_are_refused(self, app: Talarian, host: str) -> None:
        assert status(app, host=host) == 403

    @pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded"])
    def test_what_a_proxy_forwards_is_refused(self, app: Talarian, header: str) -> None:
        assert status(app, headers={header: "for=192.0.2.1"}) == 403


class TestPassword:
    @pytest.fixture
    def app(self, db: Database, environment: Any, monkeypatch: pytest.MonkeyPatch) -> Talarian:
        environment("development")
        monkeypatch.setenv("DATABASE_BROWSER_PASSWORD", LONG)
        return Talarian(extensions=[db, DatabaseBrowser(db)])

    def test_it_is_asked_for(self, app: Talarian) -> None:
        with TestClient(app) as client:
            answer = client.get("/admin")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic")

    @pytest.mark.parametrize(
        ("auth", "expected"),
        [
            (("admin", LONG), 200),
            (("admin", "wrong"), 401),
            (("root", LONG), 401),
            (("admin", ""), 401),
        ],
    )
    def test_it_decides(self, app: Talarian, auth: tuple[str, str], expected: int) -> None:
        assert status(app, client="192.0.2.1", host="shop.example", auth=auth) == expected

    def test_it_is_not_shown(self, db: Database, app: Talarian) -> None:
        shown = [str(each) for each in DatabaseBrowser(db).settings()]
        assert not any(LONG in each for each in shown)


class TestAuthenticate:
    def test_is_a_dependency_like_any_other(self, db: Database, environment: Any) -> None:
        environment("development")

        def who(name: str | None = None) -> str | None:
            return name

        async def staff(name: Annotated[str | None, Depends(who)]) -> str | None:
            if name == "mallory":
                raise HTTPException(401)
            return name

        app = Talarian(extensions=[db, DatabaseBrowser(db, authenticate=staff)])
        with TestClient(app) as client:
            assert client.get("/admin?name=jane").status_code == 200
            assert client.get("/admin?name=mallory").status_code == 401
            # Nobody was found, and so nobody gets in.
            assert client.get("/admin").status_code == 403
            assert client.get("/admin/static/js/list.js").status_code == 403
            app.dependency_overrides[who] = lambda: "tester"
            assert client.get("/admin").status_code == 200

    def test_comes_before_a_password(self, db: Database, environment: Any) -> None:
        environment("development")
        settings = BrowserSettings(password=Secret(LONG))
        browser = DatabaseBrowser(db, authenticate=lambda: None, settings=settings)
        assert status(Talarian(extensions=[db, browser]), auth=("admin", LONG)) == 403


class TestProduction:
    def app(self, db: Database, **options: Any) -> Talarian:
        return Talarian(extensions=[db, DatabaseBrowser(db, **options)])

    def test_it_is_off(self, db: Database, environment: Any) -> None:
        environment("production")
        app = self.app(db)
        assert not hazards(app)
        assert status(app) == 404

    def test_it_refuses_to_start_without_authentication(
        self, db: Database, environment: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        environment("production")
        monkeypatch.setenv("DATABASE_BROWSER_ENABLED", "true")
        app = self.app(db)
        with pytest.raises(
            UnsafeInProduction, match=r"(?s)lets anybody read and change.*random key"
        ):
            status(app)
        # Where nobody runs the lifespan, nobody gets in all the same.
        assert TestClient(app, base_url="http://localhost").get("/admin").status_code == 403

    def test_a_short_password_is_a_hazard(self, db: Database, environment: Any) -> None:
        environment("production")
        settings = BrowserSettings(
            enabled=True, password=Secret("short"), secret_key=Secret("of-the-forms")
        )
        (hazard,) = hazards(self.app(db, settings=settings))
        assert "fewer than 12 characters" in hazard.what

    def test_with_authentication_it_is_served(self, db: Database, environment: Any) -> None:
        environment("production")
        settings = BrowserSettings(enabled=True, secret_key=Secret("of-the-forms"))
        assert status(self.app(db, settings=settings, authenticate=lambda: "jane")) == 200

    def test_hazards_are_told_in_development_too(self, db: Database, environment: Any) -> None:
        environment("development")
        assert not hazards(self.app(db))
        settings = BrowserSettings(enabled=True)
        assert len(hazards(self.app(db, settings=settings))) == 2

    def test_it_can_be_off_in_development(self, db: Database, environment: Any) -> None:
        environment("development")
        assert status(self.app(db, settings=BrowserSettings(enabled=False))) == 404


class TestMistakes:
    def test_a_database_without_models(self) -> None:
        with pytest.raises(TalarianError, match=r"Database\(models=Base\)"):
            DatabaseBrowser(Database("sqlite://"))

    def test_a_library_that_is_missing(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("talarian.browser.extension.find_spec", lambda name: None)
        with pytest.raises(TalarianError, match=r"talarian\[browser\]"):
            DatabaseBrowser(db)

    @pytest.mark.parametrize("path", ["admin", "/admin/", "/", ""])
    def test_a_path_that_is_none(self, db: Database, path: str) -> None:
        with pytest.raises(TalarianError, match="begins with a slash"):
            DatabaseBrowser(db, path=path)

    def test_the_database_comes_first(self, db: Database) -> None:
        with pytest.raises(TalarianError, match="install that first"):
            Talarian(extensions=[DatabaseBrowser(db), db])
