"""WeChat on a page: the fake platform of the tests, the product connected to it in safe mode, and phones to hold.

It needs a checkout, since the platform is the tests' (``tests/fakes/wechat``); nothing of the product imports this package.
"""
