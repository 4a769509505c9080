"""What can go wrong with a form as a whole; what is wrong with a value stands in the view."""

from __future__ import annotations

from common.errors import Conflict, Forbidden, InvalidInput, NotFound


class FormUnknown(NotFound):
    """No such form of this person, or it has expired."""

    code = "forms.unknown"


class FormNotOffered(NotFound):
    """The guide has no form."""

    code = "forms.no_form"


class FieldUnknown(InvalidInput):
    code = "forms.unknown_field"


class FormNotReady(InvalidInput):
    """Something is missing or wrong at submission; ``fields`` says what. Data: ``missing`` (labels)."""

    code = "forms.not_ready"


class VerificationNeeded(Forbidden):
    """A visitor submits: an application needs an applicant who has proved who he is. The draft stays. Data: ``days`` it is kept."""

    code = "forms.verification_needed"


class FormChanged(Conflict):
    """Verified values had changed at submission; the draft holds the new ones. Data: ``what`` (labels)."""

    code = "forms.changed"


class FormConflict(Conflict):
    """A field was changed since the revision the caller saw."""

    code = "forms.conflict"


class FormClosed(Conflict):
    """Already submitted or discarded."""

    code = "forms.closed"


class NoPlaceForImage(InvalidInput):
    code = "forms.no_place_for_image"
