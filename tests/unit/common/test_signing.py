"""Signed links."""

from __future__ import annotations

import pytest

from common.signing import Signer


def test_a_key_opens_its_own_id_and_purpose_only() -> None:
    signer = Signer(["one"])
    key = signer.sign(purpose="case.pdf", id="ca_1")
    assert signer.verify(purpose="case.pdf", id="ca_1", key=key)
    assert not signer.verify(purpose="case.pdf", id="ca_2", key=key)
    assert not signer.verify(purpose="appointment.ics", id="ca_1", key=key)
    assert not any(signer.verify(purpose="case.pdf", id="ca_1", key=wrong) for wrong in ("", key[:-1], key.upper(), "中文"))


def test_keys_survive_a_rotation_and_end_with_the_secret() -> None:
    key = Signer(["old"]).sign(purpose="p", id="1")
    assert Signer(["new", "old"]).verify(purpose="p", id="1", key=key)
    assert not Signer(["new"]).verify(purpose="p", id="1", key=key)


def test_a_signer_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError):
        Signer([])
