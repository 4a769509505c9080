"""An editor publishes while citizens ask: how soon everybody gets the new guide, and whether anybody gets a wrong or no answer meanwhile."""
