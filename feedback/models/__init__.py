"""Tables: columns, constraints and derived state; nothing else."""

from feedback.models.actions import Action
from feedback.models.collection import Event, EventNote, EventWave, QuestionnaireVersion, Wave, event_officer
from feedback.models.devices import Arrival, Device, LedgerEntry, QuarantinedForm
from feedback.models.imports import AnswerImport, FormerPlaceData, ImportedResponse
from feedback.models.jobs import Job, RespondentDownload
from feedback.models.keys import ServiceSecret
from feedback.models.paper import PaperBatch, PaperKeying, PaperSheet
from feedback.models.place import Boundary, HelpLine, KeptPack, Postcode
from feedback.models.releases import Release, ReleaseFile
from feedback.models.responses import (
    AlikeCount,
    ArrivalRate,
    Conflict,
    Draft,
    HourlyCount,
    Response,
    Suspicion,
    Tally,
)
from feedback.models.reviews import Review
from feedback.models.snapshots import Disclosure, Snapshot
from feedback.models.staff import AuditEntry, Role, SignInFailure, User, WebAuthn

__all__ = [
    "Action",
    "AlikeCount",
    "AnswerImport",
    "Arrival",
    "AuditEntry",
    "Boundary",
    "Conflict",
    "Device",
    "Disclosure",
    "Draft",
    "Event",
    "EventNote",
    "EventWave",
    "HourlyCount",
    "QuarantinedForm",
    "FormerPlaceData",
    "HelpLine",
    "ImportedResponse",
    "KeptPack",
    "Job",
    "LedgerEntry",
    "PaperBatch",
    "PaperKeying",
    "PaperSheet",
    "Postcode",
    "ArrivalRate",
    "QuestionnaireVersion",
    "Release",
    "ReleaseFile",
    "RespondentDownload",
    "Response",
    "Review",
    "Role",
    "ServiceSecret",
    "SignInFailure",
    "Snapshot",
    "Suspicion",
    "Tally",
    "User",
    "Wave",
    "WebAuthn",
    "event_officer",
]
