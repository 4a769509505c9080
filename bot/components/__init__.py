"""Own graph components, channel and stores of the Rasa project.

Loaded by dotted path (``components.<file>.<Class>``) with ``bot/`` as working directory.
"""
