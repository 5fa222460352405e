"""Uploads: what is sent never has a name on disk, and what is too large is not received to its end."""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from skillmix.errors import InputError

_MEGABYTE = 2**20


def most_bytes() -> int:
    """The largest file that may be sent, in bytes."""
    return int(settings.SKILLMIX.upload_megabytes) * _MEGABYTE


def refuse_too_large(request: HttpRequest) -> None:
    """Say what was wrong with an upload that was stopped.

    Raises:
        InputError: when the file was larger than may be sent.
    """
    if getattr(request, "upload_too_large", False):
        raise InputError(
            f"The file is larger than {settings.SKILLMIX.upload_megabytes} MB, and nothing of it was kept.",
            cure="Send fewer columns, or parts: one file for each organisation and day.",
        )


class UnlinkedUploadHandler(FileUploadHandler):
    """Receives a file into a temporary file that has no name: a killed process leaves nothing behind."""

    def handle_raw_input(
        self,
        input_data: Any,
        meta: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """The request begins: remember how long it says that it is."""
        self.declared = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.received = 0
        if self.declared > most_bytes() + _MEGABYTE:
            self._stop()
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the request

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A part of it."""
        self.received += len(raw_data)
        if self.received > most_bytes():
            self.file.close()
            self._stop()
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """It is whole."""
        self.file.seek(0)
        return UploadedFile(
            file=self.file, name=self.file_name, content_type=self.content_type, size=file_size
        )

    def upload_interrupted(self) -> None:
        """It was broken off: the file goes with its last handle."""
        if (file := getattr(self, "file", None)) is not None:
            file.close()

    def _stop(self) -> None:
        """Stop receiving, and say why to whoever shows the answer.

        A browser shows an answer only after it has sent everything: what is a little too large is read to its
        end and thrown away, what is far too large is cut off.
        """
        if self.request is not None:
            self.request.__dict__["upload_too_large"] = True
        raise StopUpload(connection_reset=self.declared > 2 * most_bytes())
