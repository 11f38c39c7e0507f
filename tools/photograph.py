"""Draw data/pictures/photograph.jpg, the README's: python tools/photograph.py

The photograph comes with matplotlib: Rear Admiral Grace Hopper, by James S. Davis, US Navy, 1984, in the public domain.
"""

from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image

from hpe_utils import Pose

PHOTOGRAPH = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
PICTURE = Path(__file__).parents[1] / "data" / "pictures" / "photograph.jpg"


def main() -> None:
    answers = [Pose.load(name).draw(PHOTOGRAPH) for name in ("photo_people", "photo_parts")]
    Image.fromarray(np.concatenate([np.asarray(answer) for answer in answers], axis=1)).save(PICTURE, quality=90)
    print(f"{PICTURE.name} {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
