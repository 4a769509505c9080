"""The project's own questions, how they are split, and what is measured on them."""
