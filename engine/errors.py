"""The family of errors the program raises on purpose.

Anything a person can act on is a `UserFacingError`: its text is one sentence (or two) that says what
went wrong and why, fit to print on a terminal or in a dialog as it stands.
"""


class FoleyError(Exception):
    """Base of every error raised on purpose."""


class Cancelled(FoleyError):
    """The person, or a shutdown, asked a running job to stop."""


class UserFacingError(FoleyError):
    """An error whose message is a sentence for the person at the desk."""


class EditError(UserFacingError):
    """An edit names something that isn't in the project, or a value it can't have."""


class MediaError(UserFacingError):
    """A picture or sound file can't be opened, read or decoded."""


class ProjectFileError(UserFacingError):
    """A `.foley` project can't be read or written."""


class ExportError(UserFacingError):
    """An export could not be completed; the target was left as it was."""


class DeviceError(UserFacingError):
    """The audio device can't be opened or went away."""


class ChildEnded(UserFacingError):
    """The player or the engine process ended unexpectedly."""
