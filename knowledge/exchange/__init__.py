"""Guides as files that people open: YAML (whole documents) and tables (xlsx, csv)."""
