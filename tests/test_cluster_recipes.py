"""The recipes for Slurm and Kubernetes: their form, and that they say what `devices.meet` reads."""

import os
import shutil
import subprocess
import tomllib

import pytest
import yaml
from conftest import ROOT

from hpe_utils import devices

RECIPES = ROOT / "docs" / "cluster"
SBATCH = RECIPES / "train.sbatch"
RUNS = tomllib.loads((ROOT / "tools" / "runs.toml").read_text(encoding="utf-8"))


@pytest.fixture
def parts() -> dict[str, dict]:
    """What the Kubernetes recipe describes, by kind."""
    return {part["kind"]: part for part in yaml.safe_load_all((RECIPES / "train.yaml").read_text(encoding="utf-8"))}


@pytest.mark.skipif(os.name == "nt", reason="a script for Linux")
@pytest.mark.parametrize("linter", [["bash", "-n"], ["shellcheck"]], ids=" ".join)
def test_a_linter_finds_nothing_in_the_script(linter):
    if not shutil.which(linter[0]):
        pytest.skip(f"{linter[0]} is not installed; the workflow runs it")
    done = subprocess.run([*linter, SBATCH], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_slurm_starts_one_task_for_each_gpu():
    lines = SBATCH.read_text(encoding="utf-8").splitlines()
    asked = dict(line.removeprefix("#SBATCH --").partition("=")[::2] for line in lines if line.startswith("#SBATCH"))
    assert asked["ntasks-per-node"] == asked["gpus-per-node"] and "requeue" in asked
    batch = RUNS["03_maps"]["batch"]
    assert batch % (int(asked["nodes"]) * int(asked["ntasks-per-node"])) == 0, "the example's batch can be shared"


def test_the_kubernetes_recipe_has_its_schemas_form(parts):
    validate = pytest.importorskip("kubernetes_validate", reason="the workflow runs it").validate
    for part in parts.values():
        validate(part, "1.31", strict=True)


def test_pods_find_the_first_of_them_and_know_their_number(parts, monkeypatch):
    service, job = parts["Service"], parts["Job"]
    name, pod = job["metadata"]["name"], job["spec"]["template"]["spec"]
    assert (service["apiVersion"], job["apiVersion"]) == ("v1", "batch/v1")
    assert service["spec"]["clusterIP"] == "None" and service["spec"]["selector"] == {"job-name": name}
    assert job["spec"]["completionMode"] == "Indexed" and pod["restartPolicy"] == "OnFailure"
    assert pod["subdomain"] == service["metadata"]["name"]
    (container,) = pod["containers"]
    variables = {entry["name"]: entry for entry in container["env"]}
    index = variables.pop("HPE_MACHINE")["valueFrom"]["fieldRef"]["fieldPath"]
    assert index == "metadata.annotations['batch.kubernetes.io/job-completion-index']"
    monkeypatch.setenv("HPE_MACHINE", "1")
    for variable, entry in variables.items():
        monkeypatch.setenv(variable, entry["value"])
    machines = os.environ["HPE_MACHINES"]
    assert job["spec"]["completions"] == job["spec"]["parallelism"] == int(machines)
    address, *_ = devices._named(machines)
    assert address.partition(":")[0] == f"{name}-0.{service['metadata']['name']}"
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    run = container["command"][2]
    assert RUNS[run]["batch"] % (int(machines) * int(container["resources"]["limits"]["nvidia.com/gpu"])) == 0
