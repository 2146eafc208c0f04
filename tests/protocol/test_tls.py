"""The same over TLS, with a certificate made for the occasion."""

import shutil
import ssl
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.protocol.apps import ordinary
from tests.protocol.apps.waiting import Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, chunked, get, post, request

pytestmark = pytest.mark.service("the command openssl, which makes the certificate")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for localhost, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl command to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.fixture(scope="module")
def told(kind: Kind) -> Told:
    return Told()


@pytest.fixture(scope="module")
def server(kind: Kind, told: Told, certificate: tuple[Path, Path]) -> Generator[Server]:
    settings = {"ssl_certfile": str(certificate[0]), "ssl_keyfile": str(certificate[1])}
    with serving(make(told), kind, **settings) as server:
        yield server


@pytest.fixture
def trust(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def client(server: Server, trust: ssl.SSLContext) -> Generator[Client]:
    with Client(server, tls=trust) as client:
        yield client


def test_keep_alive(client: Client) -> None:
    for number in range(20):
        client.send(get(f"/number/{number}"))
        assert client.answer().body == b"%d" % number


def test_every_way(client: Client) -> None:
    for target in ("/number/1", "/later/1", "/thread/1", "/mounted/1"):
        client.send(get(target))
        assert client.answer().body == b"1"
    client.send(post("/echo", b'"1"'))
    assert client.answer().body == b'"1"'
    client.send(chunked("/echo", b'"', b'1"'))
    assert client.answer().body == b'"1"'
    client.send(request("HEAD", "/number/1"))
    assert client.answer("HEAD").status == 405


def test_pipelining(client: Client) -> None:
    ways = ("number", "later", "mounted", "thread") * 10
    client.send(b"".join(get(f"/{way}/{number}") for number, way in enumerate(ways)))
    assert [client.answer().body for _ in ways] == [b"%d" % number for number in range(40)]


def test_more_than_one_record(client: Client) -> None:
    body = b'"' + b"x" * 300_000 + b'"'
    client.send(post("/echo", body) + get("/big") + get("/number/1"))
    assert client.answer().body == body
    assert len(client.answer().body) == 4_000_002
    assert client.answer().body == b"1"


def test_byte_by_byte(client: Client) -> None:
    client.send_pieces(bytes([byte]) for byte in post("/echo", b'"1"'))
    assert client.answer().body == b'"1"'


def test_malformed(client: Client) -> None:
    client.send(b"GET / HTTP/1.1\r\nX : a\r\n\r\n" + get("/number/1"))
    assert client.answer().status == 400
    assert client.rest() == b""


def test_connection_close(client: Client) -> None:
    client.send(get("/number/1", ("Connection", "close")))
    assert client.answer().header(b"connection") == b"close"
    assert client.rest() == b""


def test_plain_http_on_the_port_of_tls(server: Server) -> None:
    with Client(server) as client:
        client.send(get("/number/1"))
        assert not client.rest().startswith(b"HTTP/1.1 200")
    assert eventually(lambda: server.connections == 0)


def test_the_scheme_is_https(
    kind: Kind, certificate: tuple[Path, Path], trust: ssl.SSLContext
) -> None:
    settings = {"ssl_certfile": str(certificate[0]), "ssl_keyfile": str(certificate[1])}
    with serving(ordinary.make(), kind, **settings) as server, Client(server, tls=trust) as client:
        client.send(get("/reading/client"))
        assert client.answer().body == b'{"host":"127.0.0.1","scheme":"https"}'
        client.send(get("/slashed"))
        assert client.answer().header(b"location") == b"https://example.com/slashed/"


def test_leaving_in_the_middle(told: Told, server: Server, trust: ssl.SSLContext) -> None:
    for number in range(10):
        with Client(server, tls=trust) as client:
            client.send(get("/later/1") + post("/echo", b'"hello"')[: -number - 1])
    assert eventually(lambda: server.connections == 0 == server.tasks)
