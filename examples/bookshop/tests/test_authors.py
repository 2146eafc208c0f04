from talarian.testclient import TestClient


def test_an_author_is_created_and_shown(client: TestClient) -> None:
    answer = client.post("/api/authors", json={"name": "Sappho", "born": -630, "about": "Poet."})
    assert answer.status_code == 201
    id = answer.json()["id"]
    expected = {"id": id, "name": "Sappho", "born": -630, "about": "Poet.", "book_count": 0}
    assert answer.json() == expected
    assert answer.headers["location"] == f"/api/authors/{id}"
    assert client.get(f"/api/authors/{id}").json() == expected | {"books": []}


def test_an_author_is_shown_with_their_books_oldest_first(client: TestClient) -> None:
    [austen] = client.get("/api/authors", params={"q": "jane"}).json()["items"]
    assert austen["book_count"] == 3
    books = client.get(f"/api/authors/{austen['id']}").json()["books"]
    assert [book["year"] for book in books] == [1811, 1813, 1815]
    assert all(book["rating"] for book in books)


def test_authors_come_in_alphabetical_pages(client: TestClient) -> None:
    first = client.get("/api/authors", params={"limit": 10}).json()
    second = client.get("/api/authors", params={"limit": 10, "cursor": first["next"]}).json()
    names = [author["name"] for page in (first, second) for author in page["items"]]
    assert len(names) == 20
    assert names == sorted(names)


def test_put_replaces_and_patch_changes(client: TestClient, author: int) -> None:
    path = f"/api/authors/{author}"
    changed = client.patch(path, json={"about": "The youngest."}).json()
    assert (changed["name"], changed["born"]) == ("Anne Brontë", 1820)
    # Null is a value for `born`, which may be unknown, and for nothing else.
    assert client.patch(path, json={"born": None}).json() == changed | {"born": None}
    assert client.patch(path, json={"name": None}).status_code == 422
    replaced = client.put(path, json={"name": "Acton Bell"}).json()
    assert (replaced["name"], replaced["born"], replaced["about"]) == ("Acton Bell", None, "")


def test_a_name_is_taken_once(client: TestClient, author: int) -> None:
    answer = client.post("/api/authors", json={"name": "Jane Austen"})
    assert answer.status_code == 409
    assert answer.json()["detail"][0]["loc"] == ["body", "name"]
    assert client.patch(f"/api/authors/{author}", json={"name": "Homer"}).status_code == 409


def test_an_author_with_books_stays(client: TestClient, author: int, book: int) -> None:
    answer = client.delete(f"/api/authors/{author}")
    assert answer.status_code == 409
    assert answer.json()["detail"][0]["type"] == "referred"
    # A book that was removed can be restored, and then it needs its author.
    client.delete(f"/api/books/{book}")
    assert client.get(f"/api/authors/{author}").json()["book_count"] == 0
    assert client.delete(f"/api/authors/{author}").status_code == 409


def test_an_author_without_books_goes(client: TestClient, author: int) -> None:
    assert client.delete(f"/api/authors/{author}").status_code == 204
    assert client.delete(f"/api/authors/{author}").status_code == 404
