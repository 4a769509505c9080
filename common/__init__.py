"""What every part needs and nothing else: clock, ids, settings, errors, database access, masking. Imports nothing of ours."""
