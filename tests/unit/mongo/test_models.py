"""Models: ids in JSON and its schema, what is stored, what a patch may be."""

from typing import Any

import pytest
from bson import ObjectId
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, computed_field
from pymongo import AsyncMongoClient, IndexModel

from talarian.exceptions import TalarianError
from talarian.mongo import (
    InvalidPatch,
    Mongo,
    MongoModel,
    PyObjectId,
    StoredDocumentInvalid,
    Versioned,
)
from talarian.mongo.backends.collections import Collection
from talarian.mongo.backends.documents import changes, read, written
from talarian.mongo.testing import Server, mongo_server

ID = ObjectId("6650c3f2a1b2c3d4e5f60718")
IDS: TypeAdapter[ObjectId] = TypeAdapter(PyObjectId)


def test_ids_are_read_and_written() -> None:
    assert IDS.validate_python(str(ID)) == IDS.validate_python(ID) == ID
    assert IDS.validate_json(f'"{ID}"') == ID
    assert IDS.dump_python(ID) is ID
    assert IDS.dump_json(ID) == f'"{ID}"'.encode()
    assert IDS.json_schema()["pattern"] == "^[0-9a-fA-F]{24}$"


@pytest.mark.parametrize("value", ["", "x", b"twelve bytes", "twelve bytes", 5, None, {"$gt": ""}])
def test_what_is_no_id(value: Any) -> None:
    with pytest.raises(ValidationError, match="24 hexadecimal digits"):
        IDS.validate_python(value)


class Inner(BaseModel):
    a: int = 1
    b: int = 2


class Thing(Versioned, collection="things", indexes=[IndexModel("name")]):
    name: str = Field(min_length=2)
    inner: Inner | None = None
    ids: list[PyObjectId] = Field(default_factory=list)

    @computed_field
    def loud(self) -> str:
        return self.name.upper()


class ThingPatch(BaseModel):
    name: str | None = None
    inner: Inner | None = None
    ids: list[PyObjectId] | None = None


def test_a_document_is_written_and_read() -> None:
    thing = Thing(id=ID, name="ab", inner=Inner(), ids=[ID])
    stored = written(thing)
    assert stored == {
        "_id": ID,
        "version": 1,
        "name": "ab",
        "inner": {"a": 1, "b": 2},
        "ids": [ID],
    }
    assert read(Thing, stored) == thing
    assert thing.model_dump(mode="json")["id"] == str(ID)


def test_a_document_that_does_not_fit_shows_no_value() -> None:
    with pytest.raises(StoredDocumentInvalid) as caught:
        read(Thing, {"_id": ID, "name": ["secret"]})
    assert str(caught.value) == (
        f"things/{ID} does not fit Thing: name: Input should be a valid string"
    )


def test_changes_are_what_was_sent() -> None:
    assert changes(Thing, ThingPatch()) == {}
    assert changes(Thing, ThingPatch(inner=None)) == {"inner": None}
    assert changes(Thing, ThingPatch(name="xy", ids=[ID])) == {"name": "xy", "ids": [ID]}


def test_an_embedded_object_is_one_value() -> None:
    assert changes(Thing, ThingPatch(inner=Inner(a=5))) == {"inner": {"a": 5, "b": 2}}


@pytest.mark.parametrize(
    ("patch", "location"), [(ThingPatch(name=None), ("name",)), (ThingPatch(name="x"), ("name",))]
)
def test_changes_must_fit(patch: ThingPatch, location: tuple[str, ...]) -> None:
    with pytest.raises(InvalidPatch) as caught:
        changes(Thing, patch)
    (error,) = caught.value.errors
    assert error["loc"] == location
    assert "input" not in error


@pytest.mark.parametrize("name", ["id", "version", "other"])
def test_fields_that_no_patch_changes(name: str) -> None:
    class Wrong(BaseModel):
        id: str | None = None
        version: int | None = None
        other: int | None = None

    patch = Wrong.model_validate({name: "1"})
    with pytest.raises(TalarianError, match=rf"Wrong\.{name} is no field of Thing"):
        changes(Thing, patch)


def test_a_field_that_would_be_lost() -> None:
    class Losing(MongoModel, collection="losing"):
        password_hash: str = Field(exclude=True)

    collection: Any = AsyncMongoClient[dict[str, Any]](connect=False)["a"]["losing"]
    with pytest.raises(TalarianError, match="password_hash has exclude=True"):
        Collection(Losing, collection, "key")


def test_a_model_needs_a_collection() -> None:
    class Nameless(MongoModel):
        pass

    with pytest.raises(TalarianError, match="name its collection"):
        Mongo(models=[Nameless])


def test_a_subclass_is_in_the_same_collection() -> None:
    class More(Thing):
        more: int = 1

    assert (More.__collection__, More.__indexes__) == ("things", Thing.__indexes__)


@pytest.mark.parametrize(
    ("url", "template"),
    [
        ("mongodb://h:1", "mongodb://h:1/{database}"),
        ("mongodb://h:1/", "mongodb://h:1/{database}"),
        ("mongodb://u:p{}@h/x?a=b", "mongodb://u:p{{}}@h/{database}?a=b"),
        ("mongodb://h?a=b", "mongodb://h/{database}?a=b"),
    ],
)
def test_a_server_that_is_given(url: str, template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGO_URL", url)
    with mongo_server() as server:
        assert server == Server(template, is_emulator=False)
        assert server.new_url() != server.new_url()


def test_no_server_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONGO_URL", raising=False)
    monkeypatch.setattr("talarian.mongo.testing.find_spec", lambda name: None)
    with pytest.raises(TalarianError, match="pip install nx-27017"), mongo_server():
        pass


def test_a_second_event_loop_is_refused() -> None:
    import asyncio
    import threading

    mongo = Mongo("mongodb://127.0.0.1:1/a?serverSelectionTimeoutMS=1")
    errors: list[BaseException] = []

    async def use() -> None:
        async with mongo.opened():
            pass

    def elsewhere() -> None:
        try:
            asyncio.run(use())
        except TalarianError as error:
            errors.append(error)

    async def both() -> None:
        async with mongo.opened(), mongo.opened():
            thread = threading.Thread(target=elsewhere)
            thread.start()
            await asyncio.to_thread(thread.join)

    asyncio.run(both())
    assert "another event loop" in str(errors[0])
    with pytest.raises(TalarianError, match="is not open"):
        _ = mongo.database
