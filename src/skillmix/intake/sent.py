"""What was sent: a name and bytes, so that an upload never needs a file of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from skillmix.errors import InputError, Where


@dataclass(frozen=True)
class Sent:
    r"""A file as it was sent, in memory.

    Attributes:
        name: its name as the sender knows it, without folders; it is shown and never used as a path.
        data: its content.

    >>> Sent("C:\\exports\\staff.csv", b"FTE").name
    'staff.csv'
    """

    name: str
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        last = PureWindowsPath(PurePosixPath(self.name).name).name
        shown = "".join(letter for letter in last if letter.isprintable()).strip(". ")
        object.__setattr__(self, "name", shown or "the file")

    @classmethod
    def read(cls, path: Path | str) -> Sent:
        """A file of this machine.

        Raises:
            InputError: when there is no such file.
        """
        path = Path(path)
        if not path.is_file():
            raise InputError("There is no such file.", cure="Check its name.", where=[Where(file=str(path))])
        return cls(path.name, path.read_bytes())

    @classmethod
    def of(cls, file: Sent | Path | str) -> Sent:
        """What was sent, whether it is here already or still a file."""
        return file if isinstance(file, Sent) else cls.read(file)
