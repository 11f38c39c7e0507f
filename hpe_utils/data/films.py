"""Films: their frames as pictures with their times, upright, and pictures with times as a film again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from hpe_utils.data.schema import DataError
from hpe_utils.files import replaced

KINDS = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".mts", ".3gp", ".wmv")
TICKS = 90_000  # of a second: a frame's time in a written film is so exact


class Film:
    """A film's frames, read one after another: `for seconds, image in film`, RGB (H, W, 3) uint8, turned upright.

    `frames` is how many the file says it has, 0 where it does not say. After reading, `broken` counts what could not be
    decoded and was left out. Raises DataError, with the remedy, for a file that is no film, and at the end of one that
    had no frame.
    """

    def __init__(self, path: str | Path):
        self.path, self.broken = Path(path).expanduser(), 0
        with self.opened() as container:
            self.frames = container.streams.video[0].frames

    @contextmanager
    def opened(self):
        """The open container, which has a stream of pictures."""
        if not self.path.is_file():
            raise DataError(f"there is no film {self.path}: check the path (the current folder is {Path.cwd()})")
        try:
            container = av.open(str(self.path.absolute()))
        except (av.error.FFmpegError, OSError) as error:
            raise DataError(
                f"cannot read the film {self.path} ({error.strerror}): open it in a film player; if that fails too, "
                "get it again, else save it as MP4"
            ) from error
        with container:
            if not container.streams.video:
                raise DataError(f"{self.path} holds no pictures: name a film")
            yield container

    def __iter__(self) -> Iterator[tuple[float, np.ndarray]]:
        self.broken, last, first = 0, -1.0, None
        with self.opened() as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for frame in self._decoded(container, stream):
                first = frame.time if first is None else first  # some films begin hours after 0
                seconds = None if frame.time is None else frame.time - first
                if seconds is None or seconds <= last:  # a clock that stands still or runs back
                    seconds = last + 1 / float(stream.average_rate or 25)
                last = max(seconds, 0.0)
                yield last, upright(frame)
        if last < 0:
            raise DataError(f"{self.path} has no frame that can be read: get it again")

    def _decoded(self, container, stream) -> Iterator:
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
                yield from packet.decode()
            except (StopIteration, EOFError):
                return
            except av.error.FFmpegError:
                self.broken += 1


def upright(frame) -> np.ndarray:
    """A frame's pixels, turned as its film says: telephones note how they were held."""
    return np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), round(frame.rotation / 90)))


@contextmanager
def writer(path: str | Path) -> Iterator[Callable[[float, np.ndarray], None]]:
    """A function that adds an (H, W, 3) uint8 picture at its time, in seconds, to an MP4 that browsers play.

    All pictures have the size of the first; an odd side loses its last pixel, for H.264 has none. The file is there
    when the block ends, with what was written, also where Ctrl-C or an error ended it. Raises DataError where nothing
    was written.
    """
    path, streams, stopped = Path(path).expanduser(), [], None
    with replaced(path) as partial:
        with av.open(str(partial.absolute()), "w", format="mp4") as container:

            def write(seconds: float, image: np.ndarray) -> None:
                height, width = (side // 2 * 2 for side in image.shape[:2])
                if not streams:
                    streams.append(_stream(container, width, height))
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="rgb24")
                frame.pts, frame.time_base = round(seconds * TICKS), Fraction(1, TICKS)
                container.mux(streams[0].encode(frame))

            try:
                yield write
            except BaseException as error:
                stopped = error
            for stream in streams:
                container.mux(stream.encode())
        if not streams:
            raise stopped or DataError(f"no picture was written to {path}: give the film some")
    if stopped:
        raise stopped


def _stream(container, width: int, height: int):
    stream = container.add_stream("libx264", rate=30, options={"crf": "20", "preset": "veryfast"})
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
    return stream
