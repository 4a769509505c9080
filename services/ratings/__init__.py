"""Ratings: how it was, once per episode. Others import :mod:`services.ratings.service`."""
