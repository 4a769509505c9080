"""How an interface of the platform says no."""

from __future__ import annotations


class Failed(Exception):
    """An answer with an ``errcode``; HTTP is 200 all the same."""

    def __init__(self, errcode: int, errmsg: str = ""):
        super().__init__(errcode)
        self.errcode, self.errmsg = errcode, errmsg
