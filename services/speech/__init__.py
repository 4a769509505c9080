"""Speech: what a citizen said in a voice message, as text. The platforms no longer tell; a recogniser of the operator's does."""
