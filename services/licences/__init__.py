"""A citizen's e-licences (电子证照). Others import :mod:`services.licences.service`."""
