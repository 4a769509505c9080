"""The life of a guide: lint, revisions, published versions."""
