"""Simulated citizens talk to the running product: whether they get what they came for, and what it costs them."""
