"""Copy each stored notebook's figure tagged `promise` to data/pictures/NN_promise.png.

python tools/promise_pictures.py
"""

import base64
from pathlib import Path

import nbformat
from handout import number_of

ROOT = Path(__file__).parents[1]


def main() -> None:
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            if "promise" in cell.metadata.get("tags", []):
                picture = next(o.data["image/png"] for o in cell.outputs if "image/png" in o.get("data", {}))
                target = ROOT / "data" / "pictures" / f"{number_of(path)}_promise.png"
                target.write_bytes(base64.b64decode(picture))
                print(target.relative_to(ROOT))


if __name__ == "__main__":
    main()
