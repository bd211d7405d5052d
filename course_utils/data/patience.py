"""A limit to the wait for a server that says nothing."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def limited_patience(seconds: float) -> Iterator[None]:
    """Make a silent server an error: libraries that set no timeout of their own get new sockets' default, set here."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
