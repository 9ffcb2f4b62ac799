from __future__ import annotations

import subprocess
import sys

import pytest

from mer_ros.doctor import facts


def test_versions_of_missing_packages_are_left_out():
    versions = facts.installed(["numpy", "no-such-package-of-mine"])
    assert list(versions) == ["numpy"]
    assert versions["numpy"][0].isdigit()


def test_the_facts_of_this_machine():
    found = facts.gather(["numpy"])
    assert found.python == sys.version_info[:3] and found.executable == sys.executable
    assert found.cores >= 1
    assert (found.models_dir / f"{found.model}.safetensors").is_file()
    assert found.profile.is_file()
    assert found.graph is None and not found.probe.worked


@pytest.mark.parametrize("missing", ["numpy", "cv2", "torch", "rclpy"])
def test_the_doctor_imports_none_of_the_packages_that_it_checks(missing):
    script = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from mer_ros.doctor import CHECKS, examine\n"
        "assert len(list(CHECKS)) == len(CHECKS.names)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
