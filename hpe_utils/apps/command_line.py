"""The command `hpe`: who is in a picture, a folder or a film, and what else one does with the networks.

Errors are one line on the error stream and exit code 1; Ctrl-C keeps what was finished, and its exit code is 130.
"""

import runpy
import sys
from contextlib import contextmanager
from pathlib import Path

import click

from hpe_utils.files import DataError, printable

AS_THEY_ARE = {"ignore_unknown_options": True, "allow_extra_args": True}  # options of a command line of its own

FAST = click.option("--fast", is_flag=True, help="LiteRT runs the networks: faster on a processor, after some seconds.")


def main() -> None:
    """Run the command line."""
    try:
        sys.exit(hpe(prog_name="hpe", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):  # `serve` ends so, too, and keeps nothing
        say("Stopped. What was finished is kept: the same command goes on from there.")
        sys.exit(130)
    except (DataError, ValueError, OSError) as error:
        say(f"hpe: {error}")
        sys.exit(1)


def say(text: str) -> None:
    """A line on the error stream."""
    print(printable(text), file=sys.stderr)


def with_keras() -> None:
    """Import Keras without TensorFlow's words, before anything imports it aloud."""
    from hpe_utils.runtime import import_quietly

    import_quietly("keras")


@click.group(context_settings={"show_default": True, "max_content_width": 110})
def hpe() -> None:
    """Human pose estimation: who is in a picture, a folder or a film, and where are their joints?"""


@hpe.command("find")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", default="photo_people", help="A network's name (see `hpe models`), or its .weights.h5.")
@click.option("--finder", help="A network that finds everybody first; MODEL then sees one person at a time.")
@click.option("--out", default="found", type=click.Path(path_type=Path), help="Where the results go.")
@click.option("--draw/--no-draw", default=True, help="Write copies with the people painted in.")
@click.option("--csv", "table", is_flag=True, help="Write a table, too: a row for every joint.")
@click.option("--least", type=float, help="The confidence from which a joint counts as found; the network's own.")
@click.option("--mirrored", is_flag=True, help="See mirror images, too: better, in twice the time.")
@FAST
def find_people(sources, model, finder, out, draw, table, least, mirrored, fast) -> None:
    """Find people in SOURCES: pictures, folders of pictures, films.

    Writes people.json, in COCO's format, for pictures, FILM.json for a film, and copies with the people painted in.
    """
    with_keras()
    from hpe_utils.apps.find import find
    from hpe_utils.pose import Pose

    done = find(Pose.load(model, finder, least, mirrored, fast), list(sources), out, draw, table)
    for problem in done.problems:
        say(problem)
    for note in done.notes:
        print(printable(note))
    left_out = f", {len(done.problems)} problems" if done.problems else ""
    print(printable(f"{done.pictures:,} pictures, {done.people:,} people{left_out}: see {out}"))


@hpe.command(context_settings=AS_THEY_ARE, add_help_option=False)
@click.pass_context
def crop(context: click.Context) -> int:
    """Cut garments out of a folder's pictures, with a catalogue and a contact sheet (notebook 07)."""
    from hpe_utils.apps import smart_cropping

    return smart_cropping.main(context.args, "hpe crop")


@hpe.command()
def models() -> None:
    """List the networks that are here: what they find, score and licence."""
    from hpe_utils import runs, tasks

    for name in runs.names():
        try:
            facts = runs.facts_of(name)
        except DataError as error:  # somebody's own, beside those that can be used
            say(str(error))
            continue
        if "task" in facts:
            scores = [runs.score_words(row) for row in facts.get("scores", [])[:1]]
            words = [tasks.get(facts["task"]).title, *scores, facts.get("licence", "no licence said")]
            print(printable(f"{name.removesuffix('-seed0'):24}{'; '.join(words)}"))


@hpe.command()
@click.argument("name")
@click.argument("data_set", metavar="SET")
@click.option("--root", type=click.Path(path_type=Path), help="Where the data set is; synthetic needs none.")
@click.option(
    "--split", type=click.Choice(["train", "val", "test"]), help="The one the set is reported on, if not said."
)
@click.option("--count", type=click.IntRange(1), help="How many pictures at most.")
@click.option("--mirrored", is_flag=True, help="See mirror images, too.")
def score(name, data_set, root, split, count, mirrored) -> None:
    """Score the network NAME on the data set SET, by the rules of its task."""
    with_keras()
    from hpe_utils import runs, tasks
    from hpe_utils.pose import load_quietly

    network = load_quietly(name)
    samples = samples_for(network, data_set, split, root, count)
    for row in tasks.score_rows(network.task, network.model, network.codec, samples, mirrored)[0]:
        numbers = [f"{key} {value:.3f}" for key, value in row.items() if isinstance(value, float)]
        print(printable(f"{runs.sentence(row)}: {', '.join(filter(None, [row.get('variant'), *numbers]))}"))


@hpe.command()
@click.argument("name")
@click.option("--to", "kind", default="litert", type=click.Choice(["litert", "onnx", "savedmodel", "keras"]))
@click.option("--bits", default=32, help="Of a weight: 32, or for litert 16 or 8.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; named as the network if not said.")
@click.option("--on", "data_set", metavar="SET", default="synthetic", help="The people to compare and score on.")
@click.option("--root", type=click.Path(path_type=Path), help="Where that data set is.")
@click.option("--split", default="val", type=click.Choice(["train", "val", "test"]))
@click.option("--count", default=100, type=click.IntRange(1), help="How many of them.")
def export(name, kind, bits, out, data_set, root, split, count) -> None:
    """Write the network NAME for other programs, and compare its joints and score with Keras'."""
    with_keras()
    from hpe_utils import runs
    from hpe_utils.apps.export import export, sentences
    from hpe_utils.pose import load_quietly

    network = load_quietly(name)
    people = samples_for(network, data_set, split, root, count)
    done = export(network, out or Path(name).name.removesuffix(runs.WEIGHTS), kind, bits, people.images)
    for sentence in sentences(done, network, people):
        print(printable(sentence))


def samples_for(network, data_set: str, split: str | None, root: Path | None, count: int | None):
    """People of a data set as a network's task takes them; raises DataError where they cannot be scored by it."""
    from hpe_utils import data
    from hpe_utils.data.sets import facts_of

    task, codec, facts = network.task, network.codec, facts_of(data_set)
    if lacking := facts.lacks(*task.needs):
        raise DataError(f"{facts.title}: no {lacking}, by which {task.title} are scored")
    load = {**facts.options, "size": codec.size[0]} | ({"count": count} if count else {})
    load |= facts.several if "several" in task.needs else {}
    samples = data.load(data_set, split or facts.reported, root, **load)
    if skeleton := task.joints(codec):
        samples = samples.as_skeleton(skeleton)
    if "parts" in task.needs:
        samples = samples.as_parts(codec.vocabulary)
    return task.prepare(samples)


@hpe.command(context_settings=AS_THEY_ARE, add_help_option=False)
@click.pass_context
def convert(context: click.Context) -> None:
    """Write a data set as record shards, for sets that do not fit in memory; a stopped one is gone on with."""
    with_keras()
    from hpe_utils.data import records

    records.main(context.args, "hpe convert")


@hpe.command()
@click.argument("source", metavar="SET|SHARDS")
@click.option("--root", type=click.Path(path_type=Path), help="Where the data set is; shards need none.")
@click.option("--split", default="train", help="Of the data set.")
@click.option("--out", default="shown.png", type=click.Path(path_type=Path), help="The figure to write, of any kind.")
@click.option("--count", default=8, type=click.IntRange(1), help="How many pictures.")
@click.option("--size", default=256, type=click.IntRange(1), help="Side of a data set's pictures, in pixels.")
def show(source, root, split, out, count, size) -> None:
    """Draw pictures of a data set, or of a folder of record shards, with their labels beside them."""
    with_keras()
    from hpe_utils.apps.show import picture

    print(printable(picture(source, root, split, out, count, size)))


@hpe.command(context_settings=AS_THEY_ARE)
@click.argument("name")
@click.pass_context
def train(context: click.Context, name: str) -> None:
    """Repeat the recorded training run NAME; needs the course's clone. Further options: those of tools/train.py."""
    from hpe_utils import runs

    tool = runs.CLONE.parent / "tools" / "train.py"
    if not tool.is_file():
        raise DataError("the recipes of the recorded runs are in the course's repository: clone it, and train there")
    sys.argv = ["hpe train", name, *context.args]
    runpy.run_path(str(tool), run_name="__main__")


@hpe.command()
@click.option("--model", "models", multiple=True, default=["photo_people", "photo_parts"], help="May be repeated.")
@click.option("--host", default="127.0.0.1", help="Another address than this machine's own asks for a token.")
@click.option("--port", default=8000, type=click.IntRange(1, 65535))
@click.option(
    "--token", envvar="HPE_TOKEN", help="What callers show; a new one where others may call and none is said."
)
@FAST
def serve(models, host, port, token, fast) -> None:
    """Serve a page that finds people in the camera's frames, and /find for pictures."""
    with_keras()
    import secrets
    from urllib.parse import quote

    from hpe_utils import runs
    from hpe_utils.pose import Pose

    with needs_serve():
        from hpe_utils.apps import server
    if not token and host not in ("127.0.0.1", "localhost", "::1"):
        token = secrets.token_urlsafe(16)
    poses = {Path(name).name.removesuffix(runs.WEIGHTS): Pose.load(name, fast=fast) for name in models}
    shown = {"0.0.0.0": "this-machines-name", "::": "this-machines-name"}.get(
        host, f"[{host}]" if ":" in host else host
    )
    made = server.make_server(poses, host, port, token)
    print(f"http://{shown}:{port}/{f'?token={quote(token)}' if token else ''} until Ctrl-C", flush=True)
    made.run()


@hpe.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; FOLDER/annotations.json if not said.")
@click.option("--model", "models", multiple=True, help="A network to begin from, as photo_people or photo_parts; more.")
@click.option("--skeleton", help="The joints: a name, or a JSON file with your own; else the file's, or COCO17.")
@click.option("--parts", help="The parts: a name such as iftimie6, or a JSON file with your own; else the file's.")
@click.option("--port", default=8001, type=click.IntRange(1, 65535))
def annotate(folder, out, models, skeleton, parts, port) -> None:
    """Annotate joints and parts of the people in a FOLDER's pictures, on a page in the browser.

    Every change is written at once, in the form that the sets `folder` and `folder_parts` read.
    """
    import secrets

    with needs_serve():
        from hpe_utils.apps.annotate import server
    from hpe_utils.apps.annotate.desk import open_desk

    desk, token = open_desk(folder, out, skeleton, parts, models), secrets.token_urlsafe(16)
    for reason, count in desk.book.left_out.items():
        say(f"{count:,} {reason}: they stay in the file as they are")
    made = server.make_server(desk, port, token)
    print(printable(f"http://127.0.0.1:{port}/?token={token} until Ctrl-C; {desk.book.path} is written"), flush=True)
    made.run()


@hpe.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
def agree(folder, first, second) -> None:
    """Say how far two annotators of a FOLDER's pictures agree: FIRST and SECOND are files that they wrote."""
    from hpe_utils.apps.annotate.agreement import compare

    for line in compare(*books_of(folder, first, second)).lines():
        print(printable(line) if not line.startswith(" ") else line)


@hpe.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def merge(folder, first, second, out) -> None:
    """Make one file, OUT, of the annotations in FIRST and SECOND of a FOLDER's pictures, and say where they differ."""
    from hpe_utils.apps.annotate import agreement

    for line in agreement.merge(*books_of(folder, first, second), out):
        print(printable(line))


@hpe.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--file", type=click.Path(path_type=Path), help="The annotations; FOLDER/annotations.json if not said.")
@click.option("--out", default="coco.json", type=click.Path(path_type=Path), help="The file to write.")
def coco(folder, file, out) -> None:
    """Write the annotations of a FOLDER's pictures in COCO's form."""
    from hpe_utils.apps.annotate.coco import as_coco
    from hpe_utils.files import write_json

    (book,) = books_of(folder, file or folder / "annotations.json")
    content = as_coco(book)
    write_json(out, content)
    print(printable(f"{len(content['images']):,} pictures, {len(content['annotations']):,} people: see {out}"))


def books_of(folder: Path, *paths: Path) -> list:
    """Annotations of a folder's pictures from files that are there; what they cannot say is told."""
    from hpe_utils.apps.annotate.book import Book

    if missing := [path for path in paths if not path.is_file()]:
        raise DataError(f"there is no file {missing[0]}: name one that `hpe annotate` wrote")
    books = [Book(folder, path) for path in paths]
    for book in books:
        for reason, count in book.left_out.items():
            say(f"{book.path}: {count:,} {reason}")
    return books


@hpe.command()
@click.option("--model", "models", multiple=True, default=["photo", "photo_parts"], help="May be repeated.")
@click.option("--out", default="page", type=click.Path(path_type=Path), help="The folder to write.")
@click.option("--bytes", "size", default=4, type=click.Choice([4, 2]), help="Of a weight in the files.")
@click.option("--runtime", type=click.Path(path_type=Path, exists=True), help="onnxruntime-web's folder; npm gets it.")
def page(models, out, size, runtime) -> None:
    """Build a page that finds people in the browser alone: a folder for any web server."""
    with_keras()
    from hpe_utils.apps.static_page import build

    for line in build(out, models, size, runtime):
        print(printable(line))


@hpe.command()
@click.argument("source")
@click.option("--server", default="http://localhost:8000", help="Where `hpe serve` runs.")
@click.option("--model", help="One of the server's networks; its first if not said.")
@click.option("--out", type=click.Path(path_type=Path), help="A film to write; a window if not said.")
@click.option("--token", envvar="HPE_TOKEN", help="The server's.")
def client(source, server, model, out, token) -> None:
    """Send the frames of SOURCE, a film or a camera's number, to a server and show what it finds."""
    with needs_serve():
        from hpe_utils.apps.client import follow

    print(printable(follow(source, server, model, out, token)))


@contextmanager
def needs_serve():
    """Say what to install where a part of the extra `serve` is missing."""
    try:
        yield
    except ImportError as error:
        message = f"{error.name} is missing: install the extra serve, in the course's folder by pip install '.[serve]'"
        raise DataError(message) from error


@hpe.command()
@click.argument("what", default="")
@click.option("--profile", default="paper", help="Of the notebooks' budgets: smoke, lab or paper.")
@click.option("--device", help="One device: here, or a card by name; all known cards if not said.")
@click.option("--write", type=click.Path(path_type=Path), help="A page whose table to bring up to date.")
def cost(what, profile, device, write) -> None:
    """Say what training costs: multiplications, memory, hours.

    WHAT is a notebook's number or a task, such as 03 or maps; all if not said. Nothing is trained: it is counted.
    """
    with_keras()
    from hpe_utils.apps import costs

    if write:
        costs.write(write)
        return
    for line in costs.table(what, profile, device):
        print(printable(line))


@hpe.command()
def info() -> None:
    """Say what is installed, which device is seen, and where files are kept."""
    from hpe_utils.apps.info import print_info

    print_info()
