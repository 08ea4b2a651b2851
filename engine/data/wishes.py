"""What somebody wants of the reading of a file, over what would be found out by looking."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine.data.encoding import ENCODINGS

Sign = Annotated[str, Field(max_length=1)]


class Wishes(BaseModel):
    """How a file is to be read; what is null is found out. Empty text says that there is no such sign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoding: str | None = None
    separator: Annotated[str, Field(min_length=1, max_length=10)] | None = None
    quote: Sign | None = None
    escape: Sign | None = None
    comment: Annotated[str, Field(max_length=10)] | None = None
    skip: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    header: bool | None = None
    decimal: Annotated[str, Field(pattern="^[.,]$")] | None = None
    thousands: Annotated[str, Field(pattern="^[.,'’ \u00a0\u202f]?$")] | None = None
    missing: tuple[Annotated[str, Field(max_length=100)], ...] | None = Field(None, max_length=100)
    sheet: Annotated[str, Field(max_length=255)] | None = None

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str | None) -> str | None:
        if encoding is not None and encoding not in ENCODINGS:
            raise ValueError(f"The encoding {encoding!r} is not known. Choose one of: {', '.join(ENCODINGS)}.")
        return encoding

    @field_validator("separator")
    @classmethod
    def _separates(cls, separator: str | None) -> str | None:
        if separator is not None and set(separator) & set('\r\n"'):
            raise ValueError("Line ends and quotes separate no values. Choose another separator.")
        return separator

    @field_validator("missing")
    @classmethod
    def _lowered(cls, missing: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Markers are compared trimmed and in lower case; an empty cell is always missing."""
        return missing and tuple(dict.fromkeys(["", *(marker.strip().lower() for marker in missing)]))

    def document(self) -> dict[str, Any]:
        """What is wished as plain JSON, without what is left to be found out."""
        return self.model_dump(mode="json", exclude_none=True)
