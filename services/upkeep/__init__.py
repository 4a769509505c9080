"""What has to be done now and then: run-out holds and drafts, overdue marks, retention. Others import :mod:`services.upkeep.service`."""
