"""Search on the project's own questions, side by side with what it has to beat."""
