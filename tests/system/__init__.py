"""The whole product as a test starts it: ``bangban up`` on a home of its own."""
