"""From one sentence to the fields it fills. Scoped to a form and never greedy: what is not recognised fills nothing."""
