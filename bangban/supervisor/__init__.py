"""Starts, watches, restarts and stops every process of one machine's Bangban."""
