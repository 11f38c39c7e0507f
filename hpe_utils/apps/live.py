"""People in frames as they come: frames of many clients go to a network together, and answers leave as JSON."""

import asyncio
import base64
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np

from hpe_utils.data.pictures import BATCH, TOO_LARGE, PictureError, decode, in_batches
from hpe_utils.found import Found
from hpe_utils.painting import part_picture
from hpe_utils.pose import Pose
from hpe_utils.skeleton import side_of
from hpe_utils.tracking import Tracker

FORMATS = ("JPEG", "PNG", "WEBP")
FAILED = "the network could not look at this"
PICTURE, FRAME = 12.0, 2.0  # megapixels of the largest that is taken from a client


@dataclass(eq=False)
class Frame:
    """A picture file's bytes that wait for a network, and the future of its answer."""

    model: str
    data: bytes
    most: float
    future: asyncio.Future
    arrived: float = field(default_factory=time.perf_counter)


@dataclass
class Answer:
    """Who was found in a frame, or what is wrong with it, and the seconds of each step, of the whole batch."""

    image: np.ndarray | None
    people: Found | None
    problem: str
    seconds: dict[str, float]


class Desk:
    """Where frames wait for their network: those of one model that wait together are one batch, the oldest first.

    Whoever asks has at most one frame here, for `find` returns only with its answer.
    """

    def __init__(self, poses: Mapping[str, Pose]):
        self.poses, self.waiting, self.some = poses, deque(), asyncio.Event()

    async def find(self, model: str, data: bytes, most: float) -> Answer:
        """Who is in a picture file's bytes, which has at most so many megapixels."""
        frame = Frame(model, data, most, asyncio.get_running_loop().create_future())
        self.waiting.append(frame)
        self.some.set()
        try:
            return await frame.future
        finally:
            if frame in self.waiting:  # whoever asked is gone
                self.waiting.remove(frame)

    async def run(self) -> None:
        """Answer, until cancelled."""
        while True:
            await self.some.wait()
            frames = [frame for frame in self.waiting if frame.model == self.waiting[0].model][:BATCH]
            for frame in frames:
                self.waiting.remove(frame)
            if frames:
                for frame, answer in zip(frames, await asyncio.to_thread(self.look, frames), strict=True):
                    if not frame.future.done():
                        frame.future.set_result(answer)
            if not self.waiting:
                self.some.clear()

    def look(self, frames: list[Frame]) -> list[Answer]:
        """The answers to frames of one model, with how long they waited."""
        now = time.perf_counter()
        answers = look(self.poses[frames[0].model], [(frame.data, frame.most) for frame in frames])
        for frame, answer in zip(frames, answers, strict=True):
            answer.seconds = {"wait": now - frame.arrived, **answer.seconds}
        return answers


def look(pose: Pose, files: list[tuple[bytes, float]]) -> list[Answer]:
    """Who a network finds in pictures' bytes of at most so many megapixels each, in batches that the memory bears."""
    answers, begin = [], time.perf_counter()
    for some in in_batches((("", read_frame(data, most)) for data, most in files), BATCH):
        answers += found_in(pose, [image for _, image in some], time.perf_counter() - begin)
        begin = time.perf_counter()
    return answers


def found_in(pose: Pose, read: list[np.ndarray | str], decoding: float) -> list[Answer]:
    """Who is in pictures, of which some may be problems; where all together fail, one by one."""
    images, begin = [image for image in read if isinstance(image, np.ndarray)], time.perf_counter()
    try:
        found = iter(pose.everybody(images))
    except Exception:
        if len(read) > 1:
            return [answer for one in read for answer in found_in(pose, [one], decoding)]
        logging.getLogger(__name__).exception("a frame could not be looked at")
        return [Answer(None, None, FAILED, {})]
    steps = {"decode": decoding, "find": time.perf_counter() - begin}
    return [
        Answer(image, next(found), "", steps) if isinstance(image, np.ndarray) else Answer(None, None, image, steps)
        for image in read
    ]


def read_frame(data: bytes, most: float) -> np.ndarray | str:
    """A picture file's bytes as (H, W, 3) uint8, or what is wrong with them."""
    try:
        return decode(data, most, FORMATS)
    except PictureError as error:
        large = f"the picture has more than {most:g} megapixels: send a smaller one"
        return large if str(error) == TOO_LARGE else "this is no whole picture: send a JPEG, PNG or WebP file"


# As JSON ------------------------------------------------------------------------------------------


def as_json(people: Found) -> dict:
    """The people for a page: places in the frame's pixels, rounded to tenths; a joint that was not found is null.

    "parts" is a PNG as a data URL, coloured where somebody is and clear elsewhere.
    """
    numbers = range(1, len(people) + 1) if people.numbers is None else people.numbers.tolist()
    each = zip(numbers, people.scores, people.boxes, people.keypoints, people.confidences, strict=True)
    result = {
        "size": list(people.size),
        "people": [
            {
                "number": number,
                "score": round(float(score), 3),
                "box": np.round(box.astype(float), 1).tolist(),
                "joints": [
                    [round(float(x), 1), round(float(y), 1), round(float(sure), 3)] if v > 0 else None
                    for (x, y, v), sure in zip(keypoints, confidences, strict=True)
                ],
            }
            for number, score, box, keypoints, confidences in each
        ],
    }
    return result | ({} if people.parts is None else {"parts": parts_url(people.parts)})


def answer_json(answer: Answer, name: str, pose: Pose) -> dict:
    """Who was found in a frame, by which network, and the milliseconds of each step; or the error alone."""
    if answer.problem:
        return {"error": answer.problem}
    milliseconds = {step: round(1000 * seconds, 1) for step, seconds in answer.seconds.items()}
    return {"model": name, "names": list(pose.names), **as_json(answer.people), "milliseconds": milliseconds}


def tracked_json(answer: Answer, tracker: Tracker, name: str, pose: Pose) -> dict:
    """An answer whose people have their numbers, and smoothed joints where that is wanted."""
    if answer.people is not None and answer.people.names:
        answer.people = tracker.update(answer.people, time.monotonic())
    return answer_json(answer, name, pose)


def parts_url(parts: np.ndarray) -> str:
    """An (H, W) part map as the data URL of a PNG whose index 0 is clear."""
    file = BytesIO()
    part_picture(parts).save(file, "PNG", transparency=0, compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def model_json(name: str, pose: Pose) -> dict:
    """What a page needs to know of a network: its joints with their sides, limbs, parts, and what it says of itself."""
    skeleton = pose.skeleton
    return {
        "name": name,
        "title": pose.network.task.title,
        "joints": list(pose.names),
        "sides": [side_of(joint) for joint in pose.names],
        "limbs": skeleton.limb_indices.tolist() if skeleton else [],
        "parts": list(pose.vocabulary.parts) if pose.vocabulary else [],
        "licence": pose.network.facts.get("licence"),
        "origin": pose.network.facts.get("origin"),
    }
