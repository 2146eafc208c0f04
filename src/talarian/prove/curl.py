"""A question as a line for a shell."""

from __future__ import annotations

import shlex

from talarian.prove.messages import Conversation, Question, Request
from talarian.prove.worker import HOST


def command(question: Question) -> str:
    """Return what to type to ask a server on port 8000 the same."""
    if isinstance(question, Conversation):
        return _conversation(question)
    words = ["curl", "-i"]
    if question.method == "HEAD":
        words[1] = "-I"
    elif question.method != ("POST" if question.body else "GET"):
        words += ["-X", question.method]
    url = f"http://{HOST}{question.target}"
    if any(character in question.target for character in "[]{}"):
        words.append("-g")
    if "/." in question.target:
        words.append("--path-as-is")
    words.append(url)
    for name, value in question.headers:
        # A header without a value is written with a semicolon; a colon would take it out.
        line = f"{name}: {_utf8(value)}" if value else f"{name};"
        words += ["-H", line]
    if not question.body:
        return shlex.join(words)
    names = {name.lower() for name, _ in question.headers}
    # Without it curl would say that any body is a form.
    words += [] if "content-type" in names else ["-H", "content-type:"]
    return _with_body(shlex.join(words), question)


def _with_body(line: str, request: Request) -> str:
    text = request.body.decode("latin-1")
    # A leading @ would name a file.
    if all(" " <= character <= "~" for character in text) and not text.startswith("@"):
        return f"{line} --data-binary {shlex.quote(text)}"
    octal = "".join(_octal(byte) for byte in request.body)
    return f"printf '{octal}' | {line} --data-binary @-"


def _octal(byte: int) -> str:
    character = chr(byte)
    return character if " " <= character <= "~" and character not in "\\'%" else f"\\{byte:03o}"


def _utf8(value: str) -> str:
    """A header's bytes, as the shell's text."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _conversation(conversation: Conversation) -> str:
    said = " ".join(f"> {data!r}" for _, data in conversation.messages)
    headers = " ".join(
        f"-H {shlex.quote(f'{name}: {value}')}" for name, value in conversation.headers
    )
    line = f"websocat {headers} ws://{HOST}{conversation.target}".replace("  ", " ")
    return f"{line}   {said}".rstrip()
