"""Conversations: a message in, once only; who owns the talk; one turn at a time; messages out in order."""
