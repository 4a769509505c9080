"""From a question to ranked guides with the passage that speaks for each, or to "no answer"."""
