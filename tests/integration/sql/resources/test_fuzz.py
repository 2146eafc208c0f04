"""Whatever is sent, the answer is clear: never a 500, and every refusal says where."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from talarian.testclient import TestClient

texts = st.text(max_size=20) | st.sampled_from(
    [
        "",
        "\x00",
        "null",
        "-1",
        "1e999",
        "NaN",
        "99999999999999999999",
        "'",
        '"',
        "%",
        "\\",
        "é",
        "2026-02-30",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "-title",
        ",",
        "true",
    ]
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("title", "summary", "price", "length", "rating", "published", "writer_id", "x")
bodies = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, values))
PARAMETERS = (
    "title",
    "title__contains",
    "title__startswith",
    "title__in",
    "length",
    "length__ge",
    "length__is_null",
    "price__le",
    "published__gt",
    "rating__ne",
    "writer__name",
    "q",
    "sort",
    "cursor",
    "limit",
    "include_deleted",
    "title__x",
    "id",
    "x",
)
queries = st.lists(st.tuples(st.sampled_from(PARAMETERS), texts), max_size=4)
headers = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
        | st.sampled_from(['"1"', "*", 'W/"1"', '"1", "2"', '"', ","])
        for name in ("If-Match", "If-None-Match")
    },
)
requests = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
        "path": st.sampled_from(
            [
                "/novels",
                "/novels/1",
                "/novels/bulk",
                "/novels/bulk/delete",
                "/novels/1/restore",
                "/writers",
                "/tickets",
                "/novels/99999999999999999999",
                "/novels/%00",
                "/tracks/%FF",
            ]
        ),
        "query": queries,
        "body": bodies | st.lists(bodies, max_size=3) | values,
        "headers": headers,
    }
)


def test_no_request_is_answered_500(client: TestClient) -> None:
    client.post("/novels", json={"title": "Emma"})

    @settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(wanted=requests)
    def check(wanted: dict[str, Any]) -> None:
        content = json.dumps(wanted["body"]).encode()
        answer = client.request(
            wanted["method"],
            wanted["path"],
            params=wanted["query"],
            content=None if wanted["method"] == "GET" else content,
            headers={"Content-Type": "application/json", **wanted["headers"]},
        )
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.json()["detail"]
            assert "SELECT" not in answer.text
            assert "INSERT" not in answer.text

    check()
