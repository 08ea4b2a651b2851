"""Reads the records of a large text block by block: plain runs of lines all at once, the others one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TextIO

import numpy as np

from engine.data.splitting import BLANKS, Lines, Record, record

if TYPE_CHECKING:
    import polars as pl

    from engine.data.dialect import Reading
    from engine.data.typed import Typing

BLOCK = 2**24  # characters
SHORTEST = 64  # lines of a run that is worth its own call
WIDEST = 400  # cells up to which a pattern tells whether all quotes of a line are in order


def pieces(text: TextIO, typing: Typing) -> Iterator[Record | pl.DataFrame]:
    """The records of a table in order, long plain stretches of them as tables that need no further look."""
    reading = typing.reading
    stretches = Stretches(text, typing)
    lines = Lines(stretches)
    above = reading.skip + reading.header  # what stands there is no row, however plain
    while True:
        if above <= 0 and not lines.waiting and (stretch := stretches.stretch()) is not None:
            lines.number += stretch.height
            yield stretch
            continue
        found = record(lines, reading.style, len(reading.names), reading.comment)
        if found is None:
            return
        if found.number:
            above -= found.cells is not None
            yield found


class Stretches:
    """The lines of a text, with plain ones given in stretches."""

    def __init__(self, text: TextIO, typing: Typing) -> None:
        self.text, self.typing, self.reading = text, typing, typing.reading
        reading = typing.reading
        self.block, self.rest, self.ended = "", "", False  # the text at hand, not yet split in lines, and after it
        self.lines: list[str] = []  # of the present block, with their ends
        self.place = 0
        self.odd: np.ndarray | None = None  # places of the lines that are not plain; None where none is
        width = len(reading.names)
        separator, quote = re.escape(reading.separator), re.escape(reading.quote)
        cell = rf"(?:{quote}(?:[^{quote}]|{quote}{quote})*{quote}|[^{quote}{separator}]*)"
        self.pattern = f"^{cell}(?:{separator}{cell}){{{width - 1}}}$" if quote and width <= WIDEST else None
        self.able = len(reading.separator) == 1 and reading.separator != BLANKS and not reading.escape
        self.able = self.able and not reading.damaged and reading.separator.isascii() and reading.quote.isascii()

    def readline(self) -> str:
        """The next line with its end; nothing once all have been given."""
        if self.place >= len(self.lines) and not self._more():
            return ""
        self.place += 1
        return self.lines[self.place - 1]

    def stretch(self) -> pl.DataFrame | None:
        """The plain lines that follow as columns of text, taken away; None where there are no or few."""
        if not self.able:
            return None
        if self.place >= len(self.lines):
            if not self._next_block():
                return None
            if (whole := self._whole_block()) is not None:
                self.block = ""
                return whole
            self._split_up()
        end = len(self.lines)
        if self.odd is not None:
            following = np.searchsorted(self.odd, self.place)
            end = int(self.odd[following]) if following < len(self.odd) else end
        if end - self.place < min(SHORTEST, len(self.lines)):
            return None
        begin, self.place = self.place, end
        return _parsed("".join(self.lines[begin:end]), self.reading, {})

    def _more(self) -> bool:
        if not self._next_block():
            return False
        self._split_up()
        return True

    def _next_block(self) -> bool:
        """Takes the next block of whole lines from the text."""
        if self.block or self.ended:
            return bool(self.block)
        block, cut = self.rest, 0
        while cut == 0 and (more := self.text.read(BLOCK)):
            block += more
            cut = block.rfind("\n") + 1 or block.rfind("\r", 0, len(block) - 1) + 1
        following = self.text.read(1)
        if not following:
            self.ended, cut = True, len(block)
        self.block, self.rest = block[:cut], block[cut:] + following
        return bool(self.block)

    def _whole_block(self) -> pl.DataFrame | None:
        """The block as columns, where all its lines are plain at first sight; numbers where they are expected."""
        import polars as pl

        reading = self.reading
        signs = ("\r", "\n\n", reading.quote, reading.comment)
        if self.block.startswith("\n") or any(sign and sign in self.block for sign in signs):
            return None
        separators = self.block.count(reading.separator)
        for expected in (self.typing.expected(), {}):
            try:
                frame = _parsed(self.block, reading, expected)
            except pl.exceptions.PolarsError:  # too many cells in some line, or no number where one is expected
                continue
            # where no line has too many cells, and all together are as many as they should be, none has too few
            if frame.height and separators == frame.height * (frame.width - 1):
                return frame
        return None

    def _split_up(self) -> None:
        """Splits the block in lines, and finds those that are not plain."""
        self.lines = self.block.splitlines(keepends=True) if self._common(self.block) else _split(self.block)
        self.block, self.place = "", 0
        self.odd = self._odd() if self.able else None

    def _common(self, block: str) -> bool:
        """Whether splitlines knows no more line ends than the ones that are some."""
        return block.isascii() and not any(mark in block for mark in "\r\v\f\x1c\x1d\x1e")

    def _odd(self) -> np.ndarray | None:
        """The places of the lines that are not plain: other than one cell for each column, or oddly quoted."""
        import polars as pl

        reading = self.reading
        lines = pl.Series(self.lines).str.strip_suffix("\n").str.strip_suffix("\r")
        separators = lines.str.count_matches(reading.separator, literal=True)
        odd = (separators != len(reading.names) - 1) | lines.str.contains("\r", literal=True)
        if reading.quote:
            quoted = lines.str.contains(reading.quote, literal=True)
            if quoted.any() and self.pattern is None:
                odd |= quoted
            elif quoted.any():
                places = quoted.arg_true()
                sound = lines.gather(places).str.contains(self.pattern or "")
                odd = odd.scatter(places, ~sound)
        if reading.comment:
            odd |= lines.str.strip_chars_start().str.starts_with(reading.comment)
        return odd.arg_true().to_numpy() if odd.any() else None


def _split(block: str) -> list[str]:
    """The lines of a block with their ends, which are \\n, \\r\\n or \\r alone."""
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", block)


def _parsed(text: str, reading: Reading, expected: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Plain lines as columns, of text where no other type is expected; raises PolarsError where one is not met."""
    import polars as pl

    if "\r" in text:  # at line ends alone, as the lines are plain
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return pl.read_csv(
        text.encode(),
        has_header=False,
        separator=reading.separator,
        quote_char=reading.quote or None,
        schema={name: expected.get(name, pl.String()) for name in reading.names},
        null_values=list(reading.missing),
        decimal_comma=reading.decimal == "," and bool(expected),
        extra_columns="raise",
        low_memory=True,
    )
