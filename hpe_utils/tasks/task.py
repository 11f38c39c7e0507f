"""What a task is: the record whose rows are `hpe_utils.tasks.TASKS`, and what several of them share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hpe_utils import losses
from hpe_utils.codecs import Codec
from hpe_utils.data.schema import Samples
from hpe_utils.found import Found
from hpe_utils.skeleton import Skeleton


def as_it_is(model):
    """The model itself, which Keras runs."""
    return model


def take_trunk(model, source, codec) -> None:
    """Give a model the trunk of another; both call it `trunk`."""
    model.get_layer("trunk").set_weights(source.get_layer("trunk").get_weights())


@dataclass(frozen=True)
class Graph:
    """How a network and its decoding are one graph, for other programs.

    `reader(model, codec)` is a Keras model from pictures to answers; `predicted(answers)` are they as `Task.predict`
    has them; `difference(answers, wanted)` says in words how far two answers to the same pictures are apart.
    """

    reader: Callable
    predicted: Callable[[np.ndarray], np.ndarray]
    difference: Callable[[np.ndarray, np.ndarray], str]


@dataclass(frozen=True)
class Task:
    """How one kind of answer is learnt, read and scored.

    `title` says what is found. `needs` names what the samples must have (`data.Facts.has`, or "several" for whole
    pictures with everybody). `prepare(samples)` puts the labels where the codec looks for them. `outputs(samples)` are
    the options by which a model answers for these samples' skeleton or vocabulary. `codec(model, skeleton, vocabulary,
    **settings)` fits the model's sizes. `loss(model, codec, name)` is for `compile`, as are `loss_weights`;
    `default_loss` its usual name. `begin(model, source, codec)` gives a model what a trained one, `source`, knows.
    `predict(model, codec, samples, mirrored=False)` answers in pixels of the samples; `score(predicted, samples)` gives
    rows of numbers, the first of which, by the name `watched`, is followed while a network learns; `passes` says
    whether it is scored as it is, and mirrored too. `draw(axes, samples, predicted, row)` shows one. `finder(model,
    codec, least, mirrored, run)` gives a function that finds people in a list of (H, W, 3) uint8 pictures of any size,
    a `Found` each; `least` is the confidence from which something counts as found, `run(model)` answers batches as the
    model does, for instance `litert.Interpreted`. `joints(codec)` are those it finds,
    None where it finds none. `channels(skeleton)` names, by layer, what the last layers answer for these joints, where
    `fine_tuning` can exchange them. `one_person` says that joints of one person are found, who may be cut out for it.
    `graph` is for export, None where the decoding is more than a network.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    outputs: Callable[[Samples], dict]
    codec: Callable[..., Codec]
    loss: Callable
    predict: Callable
    score: Callable[..., list[dict]]
    watched: str
    draw: Callable
    finder: Callable[..., Callable[[list[np.ndarray]], list[Found]]]
    joints: Callable[[Codec], Skeleton | None] = lambda codec: codec.skeleton
    channels: Callable[[Skeleton], dict[str, list]] | None = None
    one_person: bool = False
    graph: Graph | None = None
    prepare: Callable[[Samples], Samples] = lambda samples: samples
    begin: Callable = take_trunk
    default_loss: str = ""
    passes: tuple[bool, ...] = (False,)
    loss_weights: dict | None = None


def picture_size(model) -> tuple[int, int]:
    """Width and height of the pictures that a model takes."""
    images = model.input["images"] if isinstance(model.input, dict) else model.input
    return images.shape[2], images.shape[1]


def map_stride(model) -> int:
    """How many pixels wide the cells of a model's maps are; (B, h, w, K), or (B, S, h, w, K) for stages."""
    return picture_size(model)[0] // model.output_shape[-2]


def staged(model, codec: Codec, function: Callable) -> losses.KeypointLoss:
    """The loss of a function, on every stage of a model that has several."""
    several = len(model.output_shape) == 5
    return losses.KeypointLoss(codec, losses.every_stage(function) if several else function)
