"""Pictures citizens send: really an image, not too large, and without the camera's hidden data."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from services.conversations.errors import UploadInvalid

MAX_BYTES = 8 * 1024 * 1024
_MAX_PIXELS = 50_000_000
_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def check_image(body: bytes) -> tuple[str, bytes]:
    """(media type, re-encoded bytes): decoding proves it is an image, re-encoding drops EXIF (place, device).

    :raises UploadInvalid: too large, not an image, another format, or a decompression bomb.
    """
    if len(body) > MAX_BYTES:
        raise UploadInvalid(fields={"file": "too_large"})
    try:
        with Image.open(io.BytesIO(body)) as image:
            if image.format not in _FORMATS or image.width * image.height > _MAX_PIXELS:
                raise UploadInvalid(fields={"file": "format"})
            kind = image.format
            clean = io.BytesIO()
            image.load()
            image.save(clean, format=kind)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise UploadInvalid(fields={"file": "not_an_image"}) from error
    return _FORMATS[kind], clean.getvalue()
