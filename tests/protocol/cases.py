"""Ordinary requests, by what they are about."""

import json

from tests.protocol.wire import chunked, get, post, request

ITEM = json.dumps({"name": "a", "price": 1.5, "tags": ["x"]}).encode()
WHOLE = "/reading/request"

ORDINARY = {
    "root": get("/"),
    "def endpoint": get("/sync"),
    "suspends": get("/slow"),
    "path and query": get("/items/7?q=x&limit=3"),
    "defaults": get("/items/7"),
    "invalid path": get("/items/seven"),
    "invalid query": get("/items/7?limit=0"),
    "two errors": get("/items/x?limit=y"),
    "create": post("/items", ITEM),
    "create, invalid": post("/items", b'{"name": ""}'),
    "create, broken JSON": post("/items", b'{"name": '),
    "create, not UTF-8": post("/items", b'{"name": "\xff"}'),
    "create, nothing": request("POST", "/items"),
    "create, empty object": post("/items", b"{}"),
    "create, length 0": request("POST", "/items", [("Content-Length", "0")]),
    "create, another type": request("POST", "/items", [("Content-Type", "text/plain")], ITEM),
    "create, JSON suffix": request(
        "POST", "/items", [("Content-Type", "application/vnd.x+json; charset=utf-8")], ITEM
    ),
    "create, no type": request("POST", "/items", [], ITEM),
    "create, chunked": chunked("/items", ITEM[:5], ITEM[5:]),
    "create, large": post("/items", json.dumps({"name": "a" * 200_000, "price": 1}).encode()),
    "put": request("PUT", "/items/3", [("Content-Type", "application/json")], ITEM),
    "patch": request("PATCH", "/items/3", [("Content-Type", "application/json")], b'{"a": [1]}'),
    "delete": request("DELETE", "/items/3"),
    "delete with a body": request("DELETE", "/items/3", [], b"ignored"),
    "no such path": get("/nowhere"),
    "no such method": request("PUT", "/"),
    "no such method of many": request("POST", "/items/3"),
    "slash missing": get("/slashed"),
    "slash too many": get("/items/3/?q=x"),
    "slash in order": get("/slashed/"),
    "path that takes all": get("/files/a/b//c.txt"),
    "mounted": get("/mounted/"),
    "mounted, unknown": get("/mounted/x"),
    "head on a head route": request("HEAD", "/head"),
    "head on a get route": request("HEAD", "/"),
    "head on a route of both": request("HEAD", "/both"),
    "get on a route of both": get("/both"),
    "get on a head route": get("/head"),
    "options": request("OPTIONS", "/options"),
    "options on a get route": request("OPTIONS", "/"),
    "documentation": get("/openapi.json"),
    "documentation page": get("/docs"),
    "yield dependencies": get("/dependent/yield"),
    "background": get("/dependent/background"),
    "background, async": get("/dependent/background/async"),
    "refused by a dependency": get("/dependent/refused"),
    "form": request(
        *("POST", "/reading/form", [("Content-Type", "application/x-www-form-urlencoded")]),
        b"name=a+b&age=3",
    ),
    "form, invalid": request(
        *("POST", "/reading/form", [("Content-Type", "application/x-www-form-urlencoded")]),
        b"age=x",
    ),
    "text": request("POST", "/reading/text", [], b"x" * 1000),
    "a body nobody reads": request("POST", "/reading/nothing", [], b"x" * 1000),
    "a large body nobody reads": request("POST", "/reading/nothing", [], b"x" * 300_000),
    "a body on GET": request("GET", "/", [("Content-Type", "application/json")], ITEM),
}

RESPONSES = {
    name: get(f"/returned/{name}")
    for name in (
        *("json", "html", "text", "redirect", "stream", "file", "bytes", "close", "headers"),
        *("cookies", "none", "large", "status/204", "status/304", "status/205", "status/299"),
        *("status/404", "odd/204", "odd/304", "odd/205", "odd/201", "odd/599"),
    )
} | {
    "cookies sent": get("/returned/cookies", ("Cookie", "a=1; b=2")),
    "file, a range": get("/returned/file", ("Range", "bytes=0-9")),
    "a status without a meaning": get("/returned/odd/234"),
    "a header that would split the response": get("/returned/unsafe?value=a%0d%0aX-Evil:%201"),
    "a header with a control byte": get("/returned/unsafe?value=a%01b"),
    "a header with a tab": get("/returned/unsafe?value=a%09b"),
    "a header beyond latin-1": get("/returned/unsafe?value=%E2%82%AC"),
}

FAILURES = {
    name: get(f"/failing/{name}")
    for name in (
        *("http", "handled", "value", "later", "sync", "response", "after", "before"),
        *("background", "system"),
    )
}

READING = {
    "request": get(WHOLE, ("X-A", "1"), ("User-Agent", "test")),
    "body": request("POST", WHOLE, [("Content-Type", "text/plain")], b"text"),
    "QUERY": request("QUERY", WHOLE, [], b"text"),
    "encoded path": get("/files/%C3%A9%20%2F%25x"),
    "encoded path, not UTF-8": get("/files/%ff%fe"),
    "encoded path, broken": get("/files/%zz%4"),
    "encoded slash": get("/items%2F7"),
    "encoded letter": get("/%69tems/7"),
    "encoded NUL": get("/files/a%00b"),
    "dots": get("/files/../../etc"),
    "double slash": get("//items/7"),
    "non-ASCII path": get("/files/é".encode()),
    "empty query": get("/search?"),
    "odd query": get("/search?q=a=b&&tag&tag=1&q"),
    "encoded query": get("/search?q=%C3%A9+%2B&tag=%26&tag=%ff"),
    "query with a question mark": get("/search?q=?x"),
    "query with a fragment": get("/search?q=a#tag=b"),
    "non-ASCII query": get("/search?q=é".encode()),
    "semicolons": get("/search?q=a;tag=b"),
    "surrogate": get("/search?q=%ED%A0%80"),
    "absolute form": get("http://other.example/search?q=1"),
    "absolute form, no path": get("http://other.example"),
    "absolute form, https": get("https://other.example:8443/reading/request"),
    "duplicate headers": get("/reading/headers", ("X-Many", "a"), ("X-Many", "b")),
    "empty header": get("/reading/headers", ("X-Many", ""), ("User-Agent", "")),
    "non-ASCII header": get("/reading/headers", ("User-Agent", "é")),
    "invalid header": get("/reading/headers", ("X-Number", "x")),
    "space around a header": get("/reading/headers", ("User-Agent", " \t a b \t ")),
    "underscore in a header": get("/reading/headers", ("X_Number", "5")),
    "upper-case header": get("/reading/headers", ("X-NUMBER", "5")),
    "cookies in two fields": get("/returned/cookies", ("Cookie", "a=1"), ("Cookie", "a=2")),
    "forwarded": get(WHOLE, ("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-Proto", "https")),
    "forwarded client": get("/reading/client", ("X-Forwarded-For", "1.2.3.4, 5.6.7.8")),
    "forwarded scheme": get("/slashed", ("X-Forwarded-Proto", "https")),
    "another Host": request("GET", "/slashed", [("X-A", "1")]).replace(b"example.com", b"a:81"),
    "Connection: close": get("/", ("Connection", "close")),
    "Connection: keep-alive": get("/", ("Connection", "keep-alive")),
    "Connection: Close, TE": get("/", ("Connection", "TE, Close")),
    "HTTP/1.0": request("GET", "/", version="1.0"),
    "HTTP/1.0, keep-alive": request("GET", "/", [("Connection", "keep-alive")], version="1.0"),
    "HTTP/1.0, body": request("POST", WHOLE, [], b"text", version="1.0"),
    "upgrade to something": get("/", ("Upgrade", "h2c"), ("Connection", "Upgrade")),
    "upgrade header alone": get("/", ("Upgrade", "websocket")),
    "websocket": get(
        "/socket",
        *(("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ),
    "websocket, no such path": get(
        "/nosocket",
        *(("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ),
    "Expect": post("/items", ITEM, ("Expect", "100-continue")),
    "Expect, nobody reads": request("POST", "/reading/nothing", [("Expect", "100-continue")], b"x"),
    "Expect, something else": post("/items", ITEM, ("Expect", "the-moon")),
    "a hundred headers": get("/", *((f"X-{number}", "x") for number in range(100))),
}
