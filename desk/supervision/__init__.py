"""What supervisors see: the whole desk, and who did what."""
