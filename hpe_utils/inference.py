"""From pictures through a model back to joints in the pictures' own pixels, batched."""

from dataclasses import replace
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from hpe_utils.codecs.bodypix import PartCodec
from hpe_utils.codecs.grouping import Grouping, People
from hpe_utils.codecs.instances import Instances
from hpe_utils.data.batches import Batches
from hpe_utils.data.pictures import as_rgb
from hpe_utils.data.schema import Samples
from hpe_utils.geometry import Affine, grown_boxes
from hpe_utils.parts import Vocabulary
from hpe_utils.skeleton import Skeleton


def predict_keypoints(
    model: keras.Model, codec, samples: Samples, batch_size: int = 64, mirrored: bool = False
) -> np.ndarray:
    """(N, P, K, 3) float32 keypoints in the pixels of `samples`, whose pictures are resized to the model's input.

    With `mirrored` the model sees every picture's mirror image as well, and the two answers are averaged.
    """
    size = model.input_shape[2]
    batches = Batches(samples, batch_size, size=size)
    codec = sided(codec, samples.skeleton) if mirrored else codec
    found = [codec.decode(answers(model, codec, batches[i][0], mirrored)) for i in range(len(batches))]
    height, width = samples.images.shape[1:3]
    return Affine.resize((size, model.input_shape[1]), (width, height)).points(np.concatenate(found))


class Decoding(keras.layers.Layer):
    """A codec's decoding of one person's outputs as a layer: (B, K, 3) x, y and height."""

    def __init__(self, codec, **options):
        super().__init__(**options)
        self.codec = codec

    def call(self, outputs):
        places = self.codec.decode(outputs)[:, 0, :, :2]
        heights = self.codec.confidence(outputs)[:, 0, :, None]
        return ops.concatenate([places, heights], axis=-1)


class Averaged(keras.layers.Layer):
    """The mean of a model's outputs for pictures and, turned back by the codec, for their mirror images."""

    def __init__(self, model, codec, **options):
        super().__init__(**options)
        self.model, self.codec = model, codec

    def call(self, pictures):
        return (self.model(pictures) + self.codec.mirrored(self.model(ops.flip(pictures, axis=2)))) / 2


def reader(model: keras.Model, codec, mirrored: bool = False) -> keras.Model:
    """A network for one person with its decoding in one graph: (B, H, W, 3) pictures to (B, K, 3) x, y and height.

    Places are in pixels of the pictures; the height, from 0 to 1, is that of the joint's peak. Decoding step by step
    takes as long as a small network itself. With `mirrored` the mirror image is seen as well.
    """
    outputs = Averaged(model, codec, dtype="float32")(model.input) if mirrored else model.output
    return compiled(keras.Model(model.input, Decoding(codec, dtype="float32")(outputs), name="reader"))


class PartDecoding(keras.layers.Layer):
    """A BodyPix' decoding as a layer: (B, H, W) labels of parts, 0 where a person's probability is below `least`."""

    def __init__(self, codec: PartCodec, least: float, **options):
        super().__init__(**options)
        self.codec, self.least = codec, least

    def call(self, outputs):
        both = self.codec.probabilities(outputs)
        labels = ops.cast(ops.argmax(both[..., 1:], axis=-1) + 1, "float32")
        return ops.where(both[..., 0] >= self.least, labels, 0.0)


def part_reader(model: keras.Model, codec: PartCodec, least: float = 0.5) -> keras.Model:
    """A network for parts with its decoding in one graph: (B, H, W, 3) pictures to (B, H, W) float32 labels."""
    return compiled(keras.Model(model.input, PartDecoding(codec, least, dtype="float32")(model.output), name="reader"))


def compiled(reader: keras.Model) -> keras.Model:
    """The model, compiled as it is fastest."""
    # On TensorFlow XLA's depthwise convolutions are ten times slower on a CPU; JAX has nothing else.
    reader.compile(jit_compile=keras.backend.backend() == "jax")
    return reader


def predict_people(
    model: keras.Model, codec, image: np.ndarray, boxes: np.ndarray, skeleton: Skeleton | None = None, batch_size=64
) -> tuple[np.ndarray, np.ndarray]:
    """Top-down: cut out every box, find one person's joints in it, and put them back into the picture.

    `image` is of any kind that `as_rgb` takes; `boxes` (n, 4) in its pixels are grown to the model's shape and by a
    quarter, as on COCO. With `skeleton` the mirror image is seen as well. Returns keypoints (n, K, 3) in the picture's
    pixels and the height of their peaks (n, K); both are 0 for a box that is NaN, has no size or lies outside. Raises
    ValueError for other pictures or boxes. Taught in notebook 03.
    """
    image, boxes = as_rgb(image), np.asarray(boxes, float)
    if boxes.size and (boxes.ndim != 2 or boxes.shape[1] != 4):
        raise ValueError(f"boxes must be (n, 4), x0, y0, x1, y1 each, and have the shape {boxes.shape}")
    boxes = boxes.reshape(-1, 4)
    width, height = codec.size
    codec = sided(codec, skeleton) if skeleton else codec
    usable = np.flatnonzero(holds_pixels(boxes, image.shape))
    crops = [Affine.crop(box, codec.size) for box in grown_boxes(boxes[usable], width / height)]
    people = np.zeros((len(boxes), model.output_shape[-1], 3), np.float32)
    heights = np.zeros(people.shape[:2])
    for start in range(0, len(crops), batch_size):
        batch, rows = crops[start : start + batch_size], usable[start : start + batch_size]
        maps = answers(model, codec, np.stack([crop.image(image, codec.size) for crop in batch]), bool(skeleton))
        found = np.asarray(codec.decode(maps))[:, 0]
        people[rows] = [crop.inverse().points(joints) for crop, joints in zip(batch, found, strict=True)]
        heights[rows] = np.asarray(codec.confidence(maps))[:, 0]
    return people, heights


def holds_pixels(boxes: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(n,) bool: which of the (n, 4) boxes have a size and share a pixel with a picture of this shape, (H, W, …)."""
    low, high = boxes[:, :2], boxes[:, 2:]
    inside = (low < (shape[1] - 0.5, shape[0] - 0.5)) & (high > -0.5)  # never so where something is NaN
    return np.isfinite(boxes).all(-1) & ((high > low) & inside).all(-1)


def as_pictures(images) -> list[np.ndarray]:
    """A list of pictures of any kind that `as_rgb` takes, as it gives them; raises ValueError for a lone picture."""
    if isinstance(images, np.ndarray) and images.ndim < 3:
        raise ValueError("give a list of pictures: [picture] for one")
    return [as_rgb(image, f"picture {number}") for number, image in enumerate(images)]


def letterboxed(images: list[np.ndarray], size: tuple[int, int]) -> tuple[list[Affine], np.ndarray]:
    """Pictures enlarged or reduced until they fill the `size`, grey around them, as one batch; and how each was."""
    wholes = [(-0.5, -0.5, image.shape[1] - 0.5, image.shape[0] - 0.5) for image in images]
    views = [Affine.crop(box, size) for box in grown_boxes(np.array(wholes), size[0] / size[1], 1.0)]
    return views, np.stack([view.image(image, size, 128) for view, image in zip(views, images, strict=True)])


def find_people(
    model: keras.Model, codec, grouping: Grouping, images, batch_size: int = 32, mirrored: bool = False
) -> list[People]:
    """Bottom-up: everybody in each of the `images`, of any size and kind (`as_rgb`), keypoints in the picture's pixels.

    A picture is enlarged or reduced until its longer side fills the model's, and grey fills the rest. With `mirrored`
    the model sees every picture's mirror image as well, and the answers are averaged. Taught in notebook 05.
    """
    everybody = []
    for start in range(0, len(images), batch_size):
        batch = as_pictures(images[start : start + batch_size])
        views, pictures = letterboxed(batch, codec.size)
        found = codec.decode(answers(model, codec, pictures, mirrored), grouping)
        for view, people in zip(views, found, strict=True):
            keypoints = view.inverse().points(people.keypoints)
            everybody.append(people._replace(keypoints=np.where(keypoints[..., 2:] > 0, keypoints, 0)))
    return everybody


def predict_parts(
    model: keras.Model,
    codec: PartCodec,
    samples: Samples,
    vocabulary: Vocabulary | None = None,
    threshold: float = 0.5,
    mirrored: bool = False,
    batch_size: int = 64,
) -> np.ndarray:
    """(N, H, W) uint8 part maps of the samples' pictures: 0 where the probability of a person is below `threshold`.

    The samples have the model's size; `vocabulary` may be coarser than the model's. With `mirrored` the model sees
    every picture's mirror image as well, and the answers are averaged. Raises ValueError for another size. Taught in
    notebook 08b.
    """
    check_sizes(model, samples.images[:1])
    maps = []
    for start in range(0, len(samples), batch_size):
        pictures = np.asarray(samples.images[start : start + batch_size])
        probability, parts = codec.decode(answers(model, codec, pictures, mirrored), vocabulary)
        maps.append(np.where(probability >= threshold, parts, 0))
    return np.concatenate(maps)


class Segmented(NamedTuple):
    """A picture's part map, whose pixel is whose (H, W) uint8 both, and the people's poses, 1 … n in their order."""

    parts: np.ndarray
    instances: np.ndarray
    people: People


def segment_people(
    model: keras.Model, codec: PartCodec, images, threshold: float = 0.5, batch_size: int = 32, mirrored: bool = False
) -> list[Segmented]:
    """Parts and people of each of the `images`, which have the model's size, by a BodyPix with all its heads.

    A pixel is a person's from a probability of `threshold` on. With `mirrored` the model sees every picture's mirror
    image as well, and the answers are averaged. Raises ValueError for another size. Taught in notebook 08b.
    """
    decode, found = Instances(codec), []
    for start in range(0, len(images), batch_size):
        batch = as_pictures(images[start : start + batch_size])
        check_sizes(model, batch)
        outputs = answers(model, codec, np.stack(batch), mirrored)
        heights = codec.heights(outputs)
        for i, (probability, parts) in enumerate(zip(*codec.decode(outputs), strict=True)):
            short, mid, long = (np.asarray(outputs[head][i]) for head in ("short", "mid", "long"))
            people = decode.poses(heights[i], short, mid)
            mask = probability >= threshold
            found.append(Segmented(np.where(mask, parts, 0), decode.assign(mask, long, people), people))
    return found


def check_sizes(model: keras.Model, pictures) -> None:
    """Raise ValueError unless the pictures (H, W, 3) have the size that the model's maps are told for."""
    height, width = model.input_shape[1:3]
    for shape in {picture.shape[:2] for picture in pictures}:
        if shape != (height, width):
            raise ValueError(
                f"the model sees {width} × {height} pixels and a picture has {shape[1]} × {shape[0]}: resize it, for "
                "instance by hpe_utils.geometry.Affine"
            )


def answers(model: keras.Model, codec, pictures: np.ndarray, mirrored: bool = False):
    """The model's outputs; with `mirrored` the mean of those for the pictures and, turned back, for their mirrors."""
    outputs = model.predict_on_batch(pictures)
    if not mirrored:
        return outputs
    turned = codec.mirrored(model.predict_on_batch(pictures[:, :, ::-1]))
    return keras.tree.map_structure(lambda one, other: (one + np.asarray(other)) / 2, outputs, turned)


def sided(codec, skeleton: Skeleton):
    """The codec, which knows left from right by this skeleton where it was made without one."""
    return codec if codec.skeleton else replace(codec, skeleton=skeleton)
