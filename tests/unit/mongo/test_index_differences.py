"""Declared indexes beside what a server lists, as MongoDB's documentation shows it."""

from typing import Any

import pytest
from pymongo import IndexModel

from talarian.mongo.indexes import Difference, Step, differences

ID: dict[str, Any] = {"v": 2, "key": {"_id": 1}, "name": "_id_"}


def listed(name: str, key: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"v": 2, "key": key, "name": name, **options}


def steps(wanted: list[IndexModel], present: list[dict[str, Any]]) -> list[Step]:
    return list(differences("c", [it.document for it in wanted], [ID, *present]))


SAME: list[tuple[IndexModel, dict[str, Any]]] = [
    (IndexModel("a"), listed("a_1", {"a": 1.0})),
    (IndexModel("a"), listed("another name", {"a": 1})),
    (IndexModel([("a", 1), ("b", -1)], unique=True), listed("x", {"a": 1, "b": -1}, unique=True)),
    (IndexModel("a", unique=False, background=True), listed("a_1", {"a": 1})),
    (IndexModel("a", expireAfterSeconds=60), listed("a_1", {"a": 1}, expireAfterSeconds=60)),
    (
        IndexModel([("t", "text"), ("n", 1)]),
        listed(
            "t_text_n_1",
            {"_fts": "text", "_ftsx": 1, "n": 1},
            weights={"t": 1},
            default_language="english",
            language_override="language",
            textIndexVersion=3,
        ),
    ),
    (
        IndexModel("a", collation={"locale": "en", "strength": 2}),
        listed("a_1", {"a": 1}, collation={"locale": "en", "strength": 2, "caseLevel": False}),
    ),
    (
        IndexModel([("place", "2dsphere")]),
        listed("p", {"place": "2dsphere"}, **{"2dsphereIndexVersion": 3}),
    ),
]


@pytest.mark.parametrize(("wanted", "present"), SAME)
def test_what_is_the_same(wanted: IndexModel, present: dict[str, Any]) -> None:
    assert steps([wanted], [present]) == []


CHANGED: list[tuple[IndexModel, dict[str, Any], list[str]]] = [
    (IndexModel("a", unique=True), listed("a_1", {"a": 1}), ["unique"]),
    (IndexModel("a"), listed("a_1", {"a": 1}, sparse=True), ["sparse"]),
    (
        IndexModel("a", expireAfterSeconds=1),
        listed("a_1", {"a": 1}, expireAfterSeconds=2),
        ["expireAfterSeconds"],
    ),
    (IndexModel([("b", 1)], name="x"), listed("x", {"a": 1}), ["key"]),
    (
        IndexModel("a", collation={"locale": "en", "strength": 2}),
        listed("a_1", {"a": 1}, collation={"locale": "en", "strength": 3}),
        ["collation"],
    ),
    (
        IndexModel([("t", "text")], weights={"t": 5}),
        listed("t_text", {"_fts": "text", "_ftsx": 1}, weights={"t": 1}),
        ["weights"],
    ),
]


@pytest.mark.parametrize(("wanted", "present", "options"), CHANGED)
def test_what_has_changed(wanted: IndexModel, present: dict[str, Any], options: list[str]) -> None:
    (step,) = steps([wanted], [present])
    assert (step.difference, step.name, list(step.options)) == (
        Difference.CHANGE,
        present["name"],
        options,
    )


def test_what_is_new_and_what_is_gone() -> None:
    found = steps([IndexModel([("a", 1), ("b", 1)])], [listed("b_1_a_1", {"b": 1, "a": 1})])
    assert [(it.difference, it.name) for it in found] == [
        (Difference.CREATE, "a_1_b_1"),
        (Difference.DROP, "b_1_a_1"),
    ]
    assert [str(it) for it in found] == [
        "c: a_1_b_1 on a 1, b 1 is missing",
        "c: b_1_a_1 on b 1, a 1 is declared nowhere",
    ]


def test_indexes_with_the_same_keys() -> None:
    """Partial indexes and collations make several of them, and each has its own counterpart."""
    some = {"a": {"$gt": 1}}
    wanted = [
        IndexModel("a", name="all"),
        IndexModel("a", name="some", partialFilterExpression=some),
        IndexModel("a", name="english", collation={"locale": "en"}),
    ]
    present = [
        listed("english", {"a": 1}, collation={"locale": "en", "strength": 3}),
        listed("some", {"a": 1}, partialFilterExpression=some),
        listed("all", {"a": 1}),
    ]
    assert steps(wanted, present) == []
    assert [it.name for it in steps(wanted[:2], present)] == ["english"]
