"""The ways by which notices reach citizens outside a talk: SMS, e-mail, and what channels bring along."""
