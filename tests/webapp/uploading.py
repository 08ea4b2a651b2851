"""What tests of uploads share: how one is begun and sent by tus 1.0."""

from base64 import b64encode
from typing import Any

from rest_framework.test import APIClient

CSV = b"length,width,species\n1,2,a\n3,4,b\n"
SIZE = len(CSV)
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


def begin(api: APIClient, size: int = SIZE, name: str = "flowers.csv", **headers: str) -> Any:
    said = {"Upload-Length": str(size), "Upload-Metadata": f"filename {b64encode(name.encode()).decode()},empty"}
    return api.post("/api/uploads/", headers={**TUS, **said, **headers})


def send(api: APIClient, place: str, content: bytes, offset: Any = 0, **headers: str) -> Any:
    return api.patch(place, content, content_type=BYTES, headers={**TUS, "Upload-Offset": str(offset), **headers})


def code_of(answer: Any) -> str:
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    return str(answer.json()["error"]["code"])


def arrive(api: APIClient, content: bytes, name: str) -> str:
    """The id of an upload that has arrived whole."""
    place = str(begin(api, len(content), name).headers["Location"])
    assert send(api, place, content).status_code == 204
    return place.split("/")[-2]
