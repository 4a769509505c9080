"""PostgreSQL and Valkey as they run embedded: how to prepare, start, probe and address them. They are started by the supervisor and by the tests."""
