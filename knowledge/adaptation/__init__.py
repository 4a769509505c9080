"""Teaching the bundled encoder our questions (ADR 15). A workshop: it needs torch and half an hour, and no serving process imports it."""
