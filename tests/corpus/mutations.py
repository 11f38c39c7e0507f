"""Damage, seeded: what becomes of a good file of each kind on its way to a reader."""

import copy
import io
import json
import zipfile

import h5py
import numpy as np

# What stands where something else should: the token is JSON and, but for the long ones, TOML.
WRONG = {
    "a text": '"12"',
    "null": "null",
    "true": "true",
    "a list": "[]",
    "a table": "{}",
    "no number": "NaN",
    "endless": "1e999",
    "far away": "1e20",
    "400 digits": "1" + "0" * 400,
    "a novel": '"' + "x" * 50_000 + '"',
}
OTHERS = {
    "a PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x32\xc8\x00\x00\x32\xc8\x08\x02\x00\x00\x00" + b"\0" * 40,
    "a page": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n",
    "a web page": b"<!DOCTYPE html><html><title>Sign in</title></html>",
    "a pickle": b"\x80\x04\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94.",
}


def of_bytes(data: bytes, rng: np.random.Generator) -> dict[str, bytes]:
    """Damage that any file can meet."""
    found = {"empty": b"", "one byte": data[:1], "zeros": b"\0" * len(data), "twice": data + data}
    found |= {f"cut at {part:.0%}": data[: int(len(data) * part)] for part in (0.25, 0.5, 0.75, 0.98)}
    for number in range(5):
        flipped = bytearray(data)
        for place in rng.integers(0, len(data), 1 + number):
            flipped[place] ^= 1 << rng.integers(8)
        found[f"{1 + number} bits flipped"] = bytes(flipped)
    hole = bytearray(data)
    hole[len(data) // 3 : len(data) // 2] = b"\0" * (len(data) // 2 - len(data) // 3)
    return found | {"a hole": bytes(hole), "noise": rng.bytes(len(data))} | OTHERS


def of_json(data: bytes, rng: np.random.Generator, places: int = 12) -> dict[str, bytes]:
    """Wrong values, missing, misspelt and repeated keys, at places drawn anywhere in the file."""
    content, found = json.loads(data), {}
    leaves = list(_leaves(content))
    for number, index in enumerate(rng.permutation(len(leaves))[:places]):
        path = leaves[index]
        for name in list(WRONG)[number % 2 :: 2]:
            if isinstance(_at(content, path), str) and WRONG[name].startswith('"'):
                continue  # a text for a text may be right
            text = json.dumps(_with(content, path, "WRONG HERE"))
            found[f"{name} at {_shown(path)}"] = text.replace('"WRONG HERE"', WRONG[name]).encode()
    keyed = [path for path in leaves if isinstance(path[-1], str)]
    for index in rng.permutation(len(keyed))[: places // 2]:
        path = keyed[index]
        found[f"without {_shown(path)}"] = json.dumps(_without(content, path)).encode()
        value = json.dumps(_at(content, path))
        doubled = json.dumps(_with(content, path, "TWICE HERE"))
        found[f"twice {_shown(path)}"] = doubled.replace('"TWICE HERE"', f"{value}, {json.dumps(path[-1])}: 7").encode()
    found["deep"] = b"[" * 100_000 + b"]" * 100_000
    found["a list at the top"] = b"[1, 2]"
    found["a number at the top"] = b"3"
    return found


def of_toml(data: bytes, rng: np.random.Generator) -> dict[str, bytes]:
    """Wrong values and repeated or broken lines."""
    lines, found = data.decode().splitlines(), {}
    valued = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    tokens = ['"12"', "true", "[]", "{}", "nan", "inf", "-3", "0", "1e20", ""]
    for token, number in zip(tokens * 2, rng.choice(valued, 2 * len(tokens)), strict=True):
        changed = lines.copy()
        changed[number] = changed[number].split(" = ")[0] + f" = {token}"
        found[f"{changed[number]} in line {number + 1}"] = "\n".join(changed).encode()
    number = rng.choice(valued)
    found["a line twice"] = "\n".join(lines[: number + 1] + lines[number:]).encode()
    return found


def of_csv(data: bytes, rng: np.random.Generator) -> dict[str, bytes]:
    """Wrong cells, columns and quotes."""
    rows = [line.split(",") for line in data.decode().splitlines()]
    found = {}
    for column, name in enumerate(rows[0]):
        found[f"without {name}"] = _table([row[:column] + row[column + 1 :] for row in rows])
        for wrong in ("", "zwölf", "1e20", "nan", "1,5", '"', "\0"):
            row = int(rng.integers(1, len(rows)))
            changed = copy.deepcopy(rows)
            changed[row][column] = wrong
            found[f"{wrong!r} for {name}"] = _table(changed)
    found["a line twice"] = _table(rows + rows[-1:])
    found["semicolons"] = data.replace(b",", b";")
    found["UTF-16"] = data.decode().encode("utf-16")
    return found


def of_npz(data: bytes, rng: np.random.Generator) -> dict[str, bytes]:
    """Arrays of another kind or shape, with numbers that are none, missing, pickled, or of a promised size."""
    with np.load(io.BytesIO(data)) as file:
        arrays = {name: file[name] for name in file.files}
    found = {}
    for name, array in arrays.items():
        others = {
            "text": np.array(["x"] * len(array)) if array.ndim else np.array(7),
            "flat": array.ravel()[: array.size // 2],
            "pickled": np.array([{}], object),
        }
        if array.dtype.kind == "f":
            others["infinite"] = np.full_like(array, np.inf)
        for how, other in others.items():
            found[f"{name} {how}"] = _npz(arrays | {name: other})
        found[f"without {name}"] = _npz({key: value for key, value in arrays.items() if key != name})
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 18, 1 << 18)})
    promised = io.BytesIO()
    with zipfile.ZipFile(promised, "w") as archive:
        for name in arrays:
            archive.writestr(f"{name}.npy", header.getvalue())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"{number}.npy", b"\0" * (1 << 25))
    return found | {"promises": promised.getvalue(), "a bomb": bomb.getvalue()}


def of_h5(data: bytes, rng: np.random.Generator) -> dict[str, bytes]:
    """Data sets that are missing, of another shape, not numbers, or gigabytes of nothing."""
    names, found = [], {}
    with h5py.File(io.BytesIO(data)) as file:
        file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    for name in rng.permutation(names)[:4]:
        for how in ("gone", "flat", "no number", "text", "gigabytes"):
            buffer = io.BytesIO(data)
            with h5py.File(buffer, "r+") as file:
                values = file[name][()]
                del file[name]
                if how == "gigabytes":
                    file.create_dataset(name, (1 << 16, 1 << 16), "f4", chunks=(256, 256))
                elif how != "gone":
                    other = {"flat": np.ravel(values)[:1], "no number": values * np.nan, "text": b"x"}
                    file[name] = other[how] if values.dtype.kind in "fiu" or how != "no number" else b""
            found[f"{name} {how}"] = buffer.getvalue()
    return found


def _npz(arrays: dict) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _table(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def _leaves(content, path=()):
    """The paths of all values; of a long list the first ones."""
    entries = content.items() if isinstance(content, dict) else enumerate(content[:6])
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from _leaves(value, (*path, key))


def _at(content, path: tuple):
    for key in path:
        content = content[key]
    return content


def _with(content, path: tuple, value):
    changed = copy.deepcopy(content)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _without(content, path: tuple):
    changed = copy.deepcopy(content)
    del _at(changed, path[:-1])[path[-1]]
    return changed


def _shown(path: tuple) -> str:
    return "/".join(map(str, path))
