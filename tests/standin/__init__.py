"""A stand-in for Discord over real sockets, for tests of a bot without a token."""

from .errors import MisuseError, NoAnswerError, Violation
from .interactions import Interaction
from .permissions import EVERYONE_BY_DEFAULT, Permission
from .server import Standin
from .state import Channel, Guild, Member, Message, Role, User

__all__ = [
    "EVERYONE_BY_DEFAULT",
    "Channel",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "MisuseError",
    "NoAnswerError",
    "Permission",
    "Role",
    "Standin",
    "User",
    "Violation",
]
