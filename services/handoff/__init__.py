"""To a person and back: the queue, presence, claiming, handing on, and what the agent is given to read.

Others import :mod:`services.handoff.service`.
"""
