"""What the assistant does next: one flow per capability over the other services. The engine decides which flow; no words here."""
