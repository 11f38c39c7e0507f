"""The widgets of the course for `python3 course.py demos`: what to try, and the code that makes each.

The widgets are the notebooks' own, made by the notebooks' cells; what a notebook trains is loaded here, from the
shipped networks and the recorded runs, or from what tools/record_demo.py kept of a training.
"""

import ast
import contextlib
import io
from dataclasses import dataclass
from functools import cache, lru_cache

import ipywidgets
import nbformat
from lessons import notebook_of

VISITORS = 8  # whose work in a widget of messages is kept
COMMON = """
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np

from hpe_utils import data, metrics, runs, viz, widgets
from hpe_utils.skeleton import MPII16 as skeleton

viz.use_style()
"""


@dataclass(frozen=True)
class Demo:
    """A notebook's widget: its title, what to try, the code that stands for what is trained, and the cells to run.

    A cell is named by words that it has. The value of the last line is the widget. `recorded` are the cells that
    tools/record_demo.py runs, and `kept` is the code that makes a dict of arrays of what they leave.
    """

    number: str
    title: str
    to_try: str
    given: str
    cells: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    kept: str = ""


DEMOS = (
    Demo(
        "00",
        "What a label is",
        "Switch the pixels off, then the limbs: do sixteen dots still look like a person? "
        "Then look for a joint whose dot is hollow, which means hidden.",
        'people = data.load("synthetic", "val", count=12, people=(1, 3), size=256, skeleton="MPII16")',
        ("widgets.LayerBrowser(",),
    ),
    Demo(
        "13",
        "Label a person",
        "Press e, then the joints one after the other, or take Limb and swing an arm of what the network found. "
        "The keys stand behind the question mark, and nothing of it is kept when the page is closed.",
        """
import shutil
import tempfile
from pathlib import Path

from hpe_utils import Pose
from hpe_utils.apps.annotate.drawn import write_people
from hpe_utils.parts import IFTIMIE6

folder, network = Path(tempfile.mkdtemp()), Pose.load("openpose")
people = data.load("synthetic", "test", count=5, people=(1, 1), size=256, difficulty="hard", skeleton="COCO17")
write_people(people.as_parts(IFTIMIE6), folder / "pictures")


def new_folder():
    return shutil.copytree(folder / "pictures", Path(tempfile.mkdtemp(dir=folder)) / "pictures")


widgets.Annotator(new_folder(), skeleton="COCO17", parts="iftimie6", models=[network])
""",
    ),
    Demo(
        "01",
        "A head box, epoch by epoch",
        "Begin at epoch 0 and go right: where do the boxes start, and which head is found last? "
        "The network is the recorded one, and the words count eight people.",
        """
test = data.load("synthetic", "test", count=8, people=(1, 1), size=128, skeleton="MPII16")
truth = test.head_boxes[:, 0]
boxes_by_epoch = runs.load_predictions("01_deeppose_long")["by epoch"].reshape(-1, 8, 4)


def draw_boxes(people, rows, answers):
    figure, axes = viz.grid(len(rows), columns=4, side=2.4)
    for axis, row in zip(axes, rows):
        viz.show_picture(axis, people.images[row])
        viz.draw_box(axis, truth[row])
        for name, boxes in answers.items():
            viz.draw_box(axis, boxes[row], viz.PREDICTION, "--")
    return figure
""",
        ("widgets.FigureSlider(",),
    ),
    Demo(
        "02",
        "When is a joint right?",
        "Drag a joint, or choose it with Tab and move it with the arrow keys, until one ring says right and the other "
        "wrong. Both rings are in use in papers.",
        """
test = data.load("synthetic", "test", count=50, people=(1, 1), size=128, skeleton="MPII16")
truth, variants = test.keypoints[:, 0], metrics.head_sizes(test)
first = runs.load_predictions("02_deeppose")["synthetic/test/easy"][:50]
""",
        ("widgets.PCKhExplorer(",),
    ),
    Demo(
        "08a",
        "An outline that grows",
        "Move the outline by two pixels: which parts lose most, and does the pixel accuracy notice? "
        "Parts whose edge is mostly outline lose most: that is why the mean over parts is reported.",
        """
import pandas as pd
from scipy.ndimage import distance_transform_edt

from hpe_utils.metrics.parts import confusion, confusions, part_scores

run = SimpleNamespace(budget=SimpleNamespace(size=128, pixels=128))
drawn_tests = {"hard": data.load("synthetic", "test", count=40, difficulty="hard", people=(1, 1), size=128)}
""",
        ("def outline(", "of_kind = {", "def draw_moved(", "def tell_moved("),
    ),
    Demo(
        "03",
        "A heat map with two peaks",
        "Let a second peak grow: which ways to read the map jump, and which drift? "
        "Then set the height to 0, and see what the squared error says of an empty map.",
        """
from hpe_utils.codecs.heatmap import HeatmapCodec

cells = np.arange(32)


def gaussian(centre, sigma=2.0):
    return np.exp(-((cells - centre) ** 2) / (2 * sigma**2))
""",
        ("def two_peaks(", "def draw_peaks(", "widgets.FigureSlider("),
    ),
    Demo(
        "04",
        "A second look",
        "Move the stack from 1 to 2, joint by joint: which maps draw together, and which jump to another limb? "
        "The two stages of notebook 05's shipped network stand in for the two stacks of the Hourglass that 04 trains.",
        """
from hpe_utils.codecs.heatmap import HeatmapCodec
from hpe_utils.data.batches import Batches
from hpe_utils.skeleton import COCO17 as skeleton

run = SimpleNamespace(budget=SimpleNamespace(size=160))
test = data.load("synthetic", "test", count=40, people=(1, 1), size=160, difficulty="hard", skeleton=skeleton)
truth, followed = test.keypoints[:, 0], skeleton.index("right_wrist")
stages = np.asarray(runs.load_checkpoint("openpose")(np.asarray(test.images, np.float32)))[..., : len(skeleton)]
codec = HeatmapCodec((160, 160), stride=160 // stages.shape[2], decoder="quarter")
ways = {name: np.asarray(codec.decode(stages[:, k]))[:, 0] for k, name in enumerate(("first stack", "last stack"))}
model = SimpleNamespace(predict_on_batch=lambda _pictures: stages)


def probability(logits):
    return 1 / (1 + np.exp(-logits))
""",
        ("heights = probability(", "def tell_stage("),
    ),
    Demo(
        "05",
        "Whose wrist is it?",
        "Slide one person across the other: where does an elbow fit the other's wrist better? "
        "The numbers are what a part affinity field gives each pair.",
        """
from hpe_utils.codecs.grouping import line_integrals
from hpe_utils.codecs.paf import PAFCodec

drawn = SimpleNamespace(load=lambda split, **options: data.load("synthetic", split, **options))
codec = PAFCodec((160, 160), skeleton, stride=4)
limb = skeleton.limbs.index(("right_elbow", "right_wrist"))
a, b = skeleton.indices("right_elbow", "right_wrist")
""",
        ("def draw_field(", "singles = drawn.load(", "def frame_arms(", "def arm_scores(", "def draw_arms(",
         "def tell_arms(", "widgets.FigureSlider("),
    ),
    Demo(
        "06",
        "Look through another's mask",
        "Give the network the attention masks of another picture, number 3: who is found elsewhere, and who is lost? "
        "Then take the masks away, number 4, and see that most people stay.",
        """
import pandas as pd
from keras import ops

from hpe_utils.files import read_npz
from hpe_utils.metrics import coco as coco_eval

recorded = read_npz(runs.RESULTS / "06_demo.npz", "`python tools/record_demo.py 06` makes it")
gates = [SimpleNamespace(name=f"gate_{number}") for number in (1, 2, 3)]
masks = [recorded.pop(gate.name).astype(np.float32) for gate in gates]
crowd = {"people": (1, 4), "size": 160, "skeleton": "COCO17"}
test = data.load("synthetic", "test", count=len(masks[0]), **crowd)
skeleton, extent = test.skeleton, (-0.5, 159.5, 159.5, -0.5)
replaced = {}
for name, poses in recorded.items():
    there = (poses[..., 2] > 0).any(axis=-1)
    replaced[name] = [
        SimpleNamespace(keypoints=found[real], scores=np.ones(real.sum())) for found, real in zip(poses, there)
    ]
""",
        ("def mean(mask)", "def likeness(", "by_picture = {", "def draw_replaced(", "def tell_replaced(",
         "widgets.FigureSlider("),
        ("run = runtime.start(", "from inspect import", "photographs = {}", "def build_lab(", "def shared_weights(",
         "def prepared(", "def learn(", 'learn("gate")', "grouping = Grouping(", "def masks_of(", "masks = masks_of(",
         "def mean(mask)", "def find_with("),
        """
kept = {gate.name: mask.astype(np.float16) for gate, mask in zip(gates, masks)}
for name, everybody in replaced.items():
    kept[name] = np.zeros((len(masks[0]), max(len(found.keypoints) for found in everybody), len(skeleton), 3), "f4")
    for row, found in zip(kept[name], everybody):
        row[: len(found.keypoints)] = found.keypoints
""",
    ),
    Demo(
        "07",
        "How far does a crop reach beyond the joints?",
        "Begin with a margin of 0 and go right: when is the whole garment in the crop, and when does only waste grow? "
        "The second slider goes from garment to garment, and no one scale suits all.",
        """
import pandas as pd

from hpe_utils.apps.garment_rules import RULE_OF, RULES, Crop, crop_box, kept_and_wasted
from hpe_utils.data.synthetic import GARMENTS
from hpe_utils.skeleton import BODY23

people = data.load("synthetic", "test", count=60, people=(1, 1), size=160).as_skeleton(BODY23)
truth, frame = people.keypoints[:, 0], people.images.shape[2:0:-1]
rules = {rule.garment: rule for rule in RULES}


def outline(axis, mask):
    for colour, width in (("white", 3.5), (viz.PREDICTION, 1.6)):
        axis.contour(mask, [0.5], colors=colour, linewidths=width)
""",
        ("def draw_refusal(", "def draw_crop(", "def score_crops(", "def tell_margins(", "def draw_margins(",
         "widgets.FigureSlider("),
    ),
    Demo(
        "09",
        "From answers to survivors",
        "Two people stand so close that their boxes overlap: lower the second threshold until one of them is lost. "
        "Then raise it, and count the boxes too many.",
        """
import keras

from hpe_utils.boxes import decode_boxes, nms, pairwise_iou
from hpe_utils.models.mask_rcnn import anchors_of

network = runs.load_checkpoint("mask_rcnn")
images, layer, anchors = network.input["images"], network.get_layer, anchors_of(network)
proposer = keras.Model(images, layer("region_proposals")(layer("pyramid")(layer("trunk")(images))))
people = data.load("synthetic", "test", count=40, people=(1, 4), size=160)
real = np.isfinite(people.boxes).all(axis=-1)


def draw_boxes(axis, boxes, colour=viz.TRUTH, style="-"):
    for box in boxes:
        viz.draw_box(axis, box, colour, style)
""",
        ("def answered(", "def survivors(", "def tell_survivors(", "def draw_survivors(", "def closeness(",
         "widgets.FigureSlider(draw_survivors"),
    ),
    Demo(
        "10",
        "How sure is sure enough?",
        "Move the score: boxes go, precision rises and recall falls along the curve. "
        "Then let the other threshold drop less, and see doubles appear around one person.",
        """
import keras

from hpe_utils.boxes import nms
from hpe_utils.codecs.detection import boxes_of
from hpe_utils.metrics import box_iou
from hpe_utils.metrics import parts as part_metrics
from hpe_utils.models.mask_rcnn import DetectionLayer
from hpe_utils.parts import IFTIMIE6

network = runs.load_network("mask_rcnn")
codec, layer = network.codec, network.model.get_layer
val = data.load("synthetic", "val", count=20, people=(1, 4), size=160).as_parts(IFTIMIE6)
images = keras.Input(network.model.input["images"].shape[1:])
levels = layer("pyramid")(layer("trunk")(images))
proposed = layer("proposals")(layer("region_proposals")(levels))
look = layer("box_head")(layer("box_features")([proposed, *levels]))
boxes, scores = DetectionLayer(images.shape[1], proposed.shape[1], threshold=1.01, least=0.0)([proposed, look])
stages = keras.Model(images, {"boxes": boxes, "scores": scores})


def stages_of(people):
    return {name: np.asarray(value) for name, value in stages.predict_on_batch(np.asarray(people.images)).items()}
""",
        ("def truth_in(", "trial = val[:100]", "LEVELS = np.linspace(", "def draw_curves(", "def draw_thresholds(",
         "def tell_thresholds(", "widgets.FigureSlider("),
    ),
    Demo(
        "11",
        "Live",
        "A drawn film plays: change the network and what is shown, and read where a frame's time goes. "
        "Your own camera or picture works as well, goes to this machine alone, and is forgotten with the answer.",
        """
import tempfile
from pathlib import Path

from hpe_utils import Pose
from hpe_utils.data import films, synthetic

clip = synthetic.film(40, people=2, size=240, number=3).images
with tempfile.TemporaryDirectory() as folder:
    with films.writer(Path(folder) / "clip.mp4") as write:
        for number, frame in enumerate(clip):
            write(number / 30, np.pad(frame, ((0, 0), (40, 40), (0, 0)), constant_values=128))
    film = (Path(folder) / "clip.mp4").read_bytes()
poses = {name: Pose.load(name) for name in ("openpose", "photo_parts")}
widgets.LiveView(poses, film)
""",
    ),
    Demo(
        "12",
        "Ten people are not enough",
        "Score all networks on ten people, and go from test set to test set: how often does the first place change? "
        "Then take more people, until the order stays.",
        """
from hpe_utils import scoreboard

board = scoreboard.load()
HARD = "one, hard"
""",
        ("rows = board.of(HARD)", "def draw_ranks(", "some = min(50", "widgets.FigureSlider("),
    ),
)  # fmt: skip


def demo_of(number: str) -> Demo:
    return next(demo for demo in DEMOS if demo.number == number)


def cells_of(number: str, chosen: tuple[str, ...]) -> list[str]:
    """The first code cell of a notebook with each of these words."""
    cells = [cell.source for cell in nbformat.read(notebook_of(number), 4).cells if cell.cell_type == "code"]
    return [next(cell for cell in cells if words in cell) for words in chosen]


def source_of(demo: Demo) -> str:
    """All code of a demo."""
    return "\n\n".join([COMMON, demo.given, *cells_of(demo.number, demo.cells)])


@cache
def parts_of_source(number: str) -> tuple:
    """The code of a demo's last line, and the names that the code before it gives."""
    tree, names = ast.parse(source_of(demo_of(number))), {"__name__": f"demo_{number}"}
    last = ast.Expression(tree.body.pop().value)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(tree, f"notebook {number}", "exec"), names)
    return compile(last, f"notebook {number}", "eval"), names


@cache
def widget_of(number: str) -> ipywidgets.Widget:
    """A demo's widget, made once."""
    return eval(*parts_of_source(number))


@lru_cache(VISITORS)
def widget_for(number: str, _visitor: str) -> ipywidgets.Widget:
    """A demo's widget for one visitor."""
    return eval(*parts_of_source(number))


@cache
def import_for(number: str) -> None:
    """Import what a demo needs, so that nobody's figure waits for it."""
    imports = [node for node in ast.parse(demo_of(number).given).body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(ast.Module(imports, []), f"imports of {number}", "exec"), {})
