"""Why a message or a change of owner is refused."""

from __future__ import annotations

from common.errors import BangbanError


class EmptyMessage(BangbanError):
    code = "chat.empty"
    status = 422


class MessageTooLong(BangbanError):
    code = "chat.too_long"
    status = 422


class InvalidMessage(BangbanError):
    code = "chat.invalid_message"
    status = 422


class NotSignedIn(BangbanError):
    code = "chat.not_signed_in"
    status = 401


class UploadInvalid(BangbanError):
    code = "chat.upload_invalid"
    status = 422


class UploadMissing(BangbanError):
    code = "chat.upload_missing"
    status = 404


class StaleVersion(BangbanError):
    """The conversation changed hands since it was looked at; ``fields`` name the present owner and version."""

    code = "chat.stale"
    status = 409


class EngineFailed(Exception):
    """The dialogue engine did not answer a turn; never shown, leads to a retry or the offline words."""
