"""What a tus client says, through Django's client."""

from ingest.incoming import incoming
from ingest.tus_protocol import encoded

TUS = {"Tus-Resumable": "1.0.0"}
BODY = "application/offset+octet-stream"


def create(client, size, *, body=None, meta=None, **headers):
    said = ",".join(
        f"{key} {encoded(value.encode())}" for key, value in (meta or {"filename": "a.txt"}).items()
    )
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": said, **headers}
    content_type = BODY if body is not None else "text/plain"
    return client.post("/subidas/", data=body or b"", content_type=content_type, headers=headers)


def patch(client, url, offset, body, **headers):
    headers = {**TUS, "Upload-Offset": str(offset), **headers}
    # Django's client drops both headers of an empty body
    return client.patch(url, data=body, headers=headers, CONTENT_TYPE=BODY, CONTENT_LENGTH=str(len(body)))


def bytes_of(upload) -> bytes:
    return b"".join(incoming().read(upload.pk))


def begun(client, size=10, **more) -> str:
    return str(create(client, size, **more)["Location"])
