"""Callbacks of the WeChat Official Account in safe mode: how soon they are acknowledged, and whether every answer arrives."""
