"""A CSV file of which single cells are changed, and every other byte stays as it was."""

import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.course.errors import GradingError

_CELL = re.compile(r'"(?:[^"]|"")*"')


@dataclass
class Sheet:
    """The cells of a CSV file as they are written there, with their quotes; and what is between its lines."""

    rows: list[list[str]]
    ends: list[str]
    delimiter: str
    encoding: str

    def value(self, row: int, column: int) -> str:
        """Give what a cell means; "" if the line is too short."""
        raw = self.rows[row][column] if column < len(self.rows[row]) else ""
        return raw[1:-1].replace('""', '"') if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw

    def put(self, row: int, column: int, value: str) -> None:
        """Change a cell; one that has quotes keeps them, and a line that is too short gets it."""
        self.rows[row] += [""] * (column + 1 - len(self.rows[row]))
        raw = self.rows[row][column]
        quoted = raw.startswith('"') or re.search(f'["\r\n{re.escape(self.delimiter)}]', value)
        escaped = value.replace('"', '""')
        self.rows[row][column] = f'"{escaped}"' if quoted else value

    def headers(self) -> list[str]:
        """Give the first line."""
        return [self.value(0, column).removeprefix("\ufeff").strip().strip('"') for column in range(len(self.rows[0]))]

    def write(self) -> bytes:
        """Give the file."""
        lines = zip(self.rows, self.ends, strict=True)
        return "".join(self.delimiter.join(row) + end for row, end in lines).encode(self.encoding)


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file.

    Raises:
        GradingError: it cannot be read, or is empty.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GradingError(f"{path} cannot be read: {error}") from error
    text, encoding = _decoded(data)
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    delimiter = max(",;\t", key=first.count)
    sheet = Sheet([], [], delimiter, encoding)
    at = 0
    while at < len(text):
        at = _read_row(sheet, text, at)
    if not sheet.rows:
        raise GradingError(f"{path} is empty.")
    return sheet


def _decoded(data: bytes) -> tuple[str, str]:
    """Give the text, and how to write it again; Latin-1 has every byte."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16-le" if data[:2] == b"\xff\xfe" else "utf-16-be"
    else:
        encoding = "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _read_row(sheet: Sheet, text: str, at: int) -> int:
    row: list[str] = []
    plain = re.compile(f"[^\r\n{re.escape(sheet.delimiter)}]*")
    while True:
        start = at
        if at == 0 and text[:1] == "\ufeff":
            at = 1
        if quoted := _CELL.match(text, at):
            at = quoted.end()
        at = plain.match(text, at).end()
        row.append(text[start:at])
        if text[at : at + 1] == sheet.delimiter:
            at += 1
            continue
        end = "\r\n" if text[at : at + 2] == "\r\n" else text[at : at + 1]
        sheet.rows.append(row)
        sheet.ends.append(end)
        return at + len(end)
