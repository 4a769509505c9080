"""The web channel: the public chat API, the citizen's own things, and the pages."""
