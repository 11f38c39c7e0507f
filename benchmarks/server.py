"""What `hpe serve` bears: clients that send frames for a while, the delay of their answers, and the server's memory.

python benchmarks/server.py [--clients 50] [--seconds 60] [--rate 2] [--model photo_people] [--fast]

Server and clients share this machine's cores. Every client sends frames of 640 × 480, drawn people, whether answered or
not, as a camera does. An answer is out of turn where its frame is none of the client's, or no newer than the last.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from io import BytesIO

import numpy as np
from PIL import Image
from websockets.asyncio.client import connect

from hpe_utils.data import synthetic

PORT = 8765


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=2, help="frames a second of each client")
    parser.add_argument("--model", default="photo_people")
    parser.add_argument("--fast", action="store_true", help="LiteRT runs the network")
    arguments = parser.parse_args()
    frames = jpegs()
    command = [sys.executable, "-m", "hpe_utils", "serve", "--model", arguments.model, "--port", str(PORT)]
    command += ["--fast"] if arguments.fast else []
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait(server)
        before = memory(server.pid)
        clients = asyncio.run(all_clients(arguments, frames))
        after, peak = memory(server.pid), memory(server.pid, "VmHWM")
        healthy = urllib.request.urlopen(f"http://localhost:{PORT}/health").status
    finally:
        server.terminate()
        server.wait(10)
    delays = np.concatenate([client["delays"] for client in clients])
    sent, answered = (sum(client[name] for client in clients) for name in ("sent", "answered"))
    print(f"{arguments.clients} clients, {arguments.rate:g} frames a second each, {arguments.seconds:g} s, "
          f"{arguments.model}")  # fmt: skip
    overtaken, errors, foreign = (
        sum(client[name] for client in clients) for name in ("overtaken", "errors", "foreign")
    )
    print(f"{sent} frames sent, {answered} answered, {overtaken} overtaken by newer ones, {errors} errors, {foreign} "
          "answers out of turn")  # fmt: skip
    print(f"delay: median {np.median(delays):.2f} s, 95 % within {np.quantile(delays, 0.95):.2f} s")
    print(f"server's memory: {before:.0f} MB before, {after:.0f} after, {peak:.0f} at most; health: {healthy}")


def jpegs() -> list[bytes]:
    """The frames of a drawn film, as files."""
    files = []
    for image in synthetic.film(frames=30, people=2, size=480, number=3, pace=10).images:
        file = BytesIO()
        Image.fromarray(np.pad(image, ((0, 0), (80, 80), (0, 0)), constant_values=128)).save(file, "JPEG", quality=80)
        files.append(file.getvalue())
    return files


def wait(server: subprocess.Popen) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://localhost:{PORT}/health", timeout=5)
            return
        except OSError:
            if server.poll() is not None:
                raise SystemExit("the server did not start") from None
            time.sleep(0.2)


def memory(pid: int, what: str = "VmRSS") -> float:
    """Megabytes of a process, as Linux counts them."""
    with open(f"/proc/{pid}/status") as file:
        return int(next(line for line in file if line.startswith(what)).split()[1]) / 1000


async def all_clients(arguments, frames: list[bytes]) -> list[dict]:
    return await asyncio.gather(*(one_client(arguments, frames, number) for number in range(arguments.clients)))


async def one_client(arguments, frames: list[bytes], number: int) -> dict:
    """Send frames for a while and count what comes back."""
    facts = {"sent": 0, "answered": 0, "overtaken": 0, "errors": 0, "foreign": 0, "delays": []}
    times = {}
    await asyncio.sleep(number / arguments.clients / arguments.rate)
    async with connect(f"ws://localhost:{PORT}/live", max_size=None, open_timeout=60) as socket:

        async def receive() -> None:
            last = 0
            async for message in socket:
                answer = json.loads(message)
                facts["errors"] += "error" in answer
                facts["foreign"] += answer["frame"] <= last or answer["frame"] not in times
                last = answer["frame"]
                facts["answered"] += 1
                facts["overtaken"] += answer["dropped"]
                facts["delays"].append(time.monotonic() - times[answer["frame"]])

        receiver = asyncio.create_task(receive())
        end = time.monotonic() + arguments.seconds
        while time.monotonic() < end:
            facts["sent"] += 1
            times[facts["sent"]] = time.monotonic()
            await socket.send(facts["sent"].to_bytes(4) + frames[(number + facts["sent"]) % len(frames)])
            await asyncio.sleep(1 / arguments.rate)
        await asyncio.sleep(5)
        receiver.cancel()
    return facts


if __name__ == "__main__":
    main()
