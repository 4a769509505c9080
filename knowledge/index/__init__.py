"""The index: what is derived from a published version so that it can be searched. It can always be built again."""
