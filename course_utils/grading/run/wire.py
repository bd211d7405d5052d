"""Messages between the judge and the process that runs a student's code, over one socket.

What comes from the student's side is JSON and raw numbers, never a pickle: reading it runs nobody's code.
"""

import json
import math
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import torch
from torch import Tensor

LARGEST = 100 * 2**20  # bytes in one message; the largest look inside a network has half of it
_LARGEST_TEXT = 8 * 2**20  # bytes of JSON in it, of which Python makes twenty times as much
_MOST_AXES = 16
_A_MOMENT = 0.5  # seconds between two looks at whether waiting still makes sense
_AT_ONCE = 2**20  # bytes
_Moved = TypeVar("_Moved")
_HEAD = struct.Struct("<QI")  # bytes that follow, bytes of JSON among them
_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
    )
}


class Gone(Exception):  # noqa: N818  (it says what happened)
    """The other side has hung up, or says what no honest other side would."""


class Late(Exception):  # noqa: N818
    """The other side has not answered in time."""


class Line:
    """One end of the socket.

    has_left: says whether the other side has stopped listening, and will send no more than it has sent already.
    """

    def __init__(self, end: socket.socket, has_left: Callable[[], bool] = lambda: False) -> None:
        self._end, self._has_left = end, has_left
        self._come = bytearray()  # of the next message

    def send(self, head: Any, *buffers: bytes, deadline: float = math.inf) -> None:
        """Send a JSON value and raw bytes.

        Raises:
            Late: not all has been taken by the `deadline` (of time.monotonic()); the line is of no use any more.
            Gone: the line is broken.
        """
        text = json.dumps(head).encode()
        size = len(text) + sum(map(len, buffers))
        left = memoryview(b"".join((_HEAD.pack(size, len(text)), text, *buffers)))
        while left:
            left = left[self._patiently(lambda: self._end.send(left), deadline) :]  # noqa: B023  (called at once)

    def receive(self, deadline: float = math.inf) -> tuple[Any, memoryview]:
        """Give the next JSON value and the bytes behind it.

        Raises:
            Late: nothing whole has come by the `deadline` (of time.monotonic()); what has come is kept.
            Gone: the line is broken.
        """
        self._wait_for(_HEAD.size, deadline)
        size, text = _HEAD.unpack_from(self._come)
        if size > LARGEST or text > min(size, _LARGEST_TEXT):
            raise Gone(f"a message of {size:,} bytes, {text:,} of them text")
        self._wait_for(_HEAD.size + size, deadline)
        body, self._come = memoryview(self._come)[_HEAD.size :], bytearray()
        try:
            return json.loads(bytes(body[:text])), body[text:]
        except (ValueError, RecursionError):
            raise Gone("a message that is no JSON") from None

    def hang_up(self) -> None:
        """Let the other side, which may be waiting, see that this is over."""
        with suppress(OSError):
            self._end.shutdown(socket.SHUT_RDWR)

    def _wait_for(self, size: int, deadline: float) -> None:
        """Wait until so much of the next message has come, and take no more than that."""
        while len(self._come) < size:
            missing = min(size - len(self._come), _AT_ONCE)
            some = self._patiently(lambda: self._end.recv(missing), deadline)  # noqa: B023  (called at once)
            if not some:
                raise Gone("the line was closed")
            self._come += some

    def _patiently(self, step: Callable[[], _Moved], deadline: float) -> _Moved:
        """Take a step as soon as it can be taken; give what it has moved."""
        while time.monotonic() <= deadline:
            self._end.settimeout(_A_MOMENT)
            try:
                return step()
            except TimeoutError:
                if self._has_left():
                    raise Gone("the other side has left") from None
            except OSError as error:
                raise Gone(str(error)) from None
        raise Late


class Packer:
    """Collects raw numbers, and describes each tensor as JSON."""

    def __init__(self) -> None:
        self.buffers: list[bytes] = []
        self._place = 0

    def pack(self, tensor: Tensor) -> list:
        """Describe a tensor: its dtype, shape and device, and where its bytes begin and how many there are."""
        tensor = tensor.detach()
        described = [str(tensor.dtype).removeprefix("torch."), list(tensor.shape), tensor.device.type]
        if tensor.device.type == "meta" or not tensor.numel():
            return [*described, 0, 0]
        plain = torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor)
        data = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
        start, self._place = self._place, self._place + len(data)
        self.buffers.append(data)
        return [*described, start, len(data)]


def unpack(described: Any, body: memoryview) -> Tensor:
    """Make the tensor that was described; raise Gone if the description does not fit the bytes."""
    try:
        name, shape, device, start, size = described
        dtype, count = _DTYPES[name], math.prod(shape)
        if not all(type(n) is int and n >= 0 for n in (*shape, start, size)) or len(shape) > _MOST_AXES:
            raise Gone("a tensor of an odd shape")
        if device == "meta":
            return torch.empty(shape, dtype=dtype, device="meta")
        data = body[start : start + size]
        if size != count * dtype.itemsize or len(data) != size:
            raise Gone("a tensor without its numbers")
    except (KeyError, TypeError, ValueError):
        raise Gone("something that is no tensor") from None
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape) if count else torch.empty(shape, dtype=dtype)
