"""A page that finds people in the browser alone, as BodyPix does (Mankotia & Garg 2020): one folder of plain files.

The networks are ONNX files; ONNX Runtime's files for the web come from its npm package when the page is built.
"""

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from hpe_utils import runs
from hpe_utils.apps.export import export
from hpe_utils.apps.live import model_json
from hpe_utils.files import DataError
from hpe_utils.painting import PARTS
from hpe_utils.pose import Pose

PAGE = Path(__file__).parent / "page"
OURS = ("alone.js", "view.js", "drawing.js", "page.css", "view.css")
RUNTIME = "onnxruntime-web@1.30.0"  # other versions may have other files
THEIRS = (
    *("ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"),
    *("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"),
)
LARGE = 256  # numbers: arrays of fewer stay as they are


def build(out: Path, names: Sequence[str], size: int, runtime: Path | None) -> Iterator[str]:
    """Write the page with these networks into the folder `out`, and say what was written, line by line.

    With a `size` of 2 the networks' files hold halves, which the browser widens again. `runtime` is the folder of the
    npm package onnxruntime-web; without it npm is asked. Raises DataError for a network that cannot be exported, and
    where a package or npm is missing.
    """
    if out.exists() and any(out.iterdir()) and not (out / "models.json").is_file():
        raise DataError(f"{out} holds other files: name a folder of its own by --out")
    out.mkdir(parents=True, exist_ok=True)
    models = []
    for path in names:
        pose, name = Pose.load(path), Path(path).name.removesuffix(runs.WEIGHTS)
        width, height = pose.network.codec.size
        if width != height:
            raise DataError(f"{name} sees {width} × {height} pixels: the page is for networks that see a square")
        done = export(pose.network, out / f"{name}.onnx", "onnx", 32, np.zeros((1, height, width, 3)))
        if size == 2:
            halve(done.path)
        facts = {"file": done.path.name, "size": width, "least": pose.network.facts.get("least", 0)}
        models.append(model_json(name, pose) | facts | {"colours": PARTS.tolist()})
        yield f"{done.path}: {done.path.stat().st_size / 1e6:.1f} MB"
    (out / "models.json").write_text(json.dumps(models), encoding="utf-8")
    shutil.copy(PAGE / "alone.html", out / "index.html")
    for file in OURS:
        shutil.copy(PAGE / file, out / file)
    (out / "runtime").mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        package = runtime or fetched(Path(folder))
        for file in THEIRS:
            if not (package / "dist" / file).is_file():
                raise DataError(f"{package} has no dist/{file}: name the folder of the npm package {RUNTIME}")
            shutil.copy(package / "dist" / file, out / "runtime" / file)
    yield f"{out}: serve it by any web server, for instance `python -m http.server --directory {out}`"


def fetched(folder: Path) -> Path:
    """The npm package of ONNX Runtime for the web, unpacked in a folder; raises DataError where npm gives none."""
    npm = shutil.which("npm")
    if npm is None:
        raise DataError(f"npm is missing: install Node.js, or name the folder of the package {RUNTIME} by --runtime")
    done = subprocess.run([npm, "pack", "--silent", RUNTIME], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DataError(f"npm does not give {RUNTIME} ({last}): try again, or name its folder by --runtime")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def halve(path: Path) -> None:
    """Store an ONNX file's large float32 arrays as float16, and widen them by its first operators."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    graph, casts = model.graph, []
    for array in graph.initializer:
        values = numpy_helper.to_array(array)
        if values.dtype == np.float32 and values.size >= LARGE:
            name = array.name
            array.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
            casts.append(onnx.helper.make_node("Cast", [name + ".half"], [name], to=onnx.TensorProto.FLOAT))
    operators = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(operators)
    onnx.save(model, path)
