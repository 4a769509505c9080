"""From a guide and what is known about the case to exactly what applies: materials, answers, and the one question worth asking.

Pure functions over :class:`knowledge.schema.guide.Guide`; they know nothing of citizens or chats.
"""
