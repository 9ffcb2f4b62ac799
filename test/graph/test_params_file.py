"""A parameters file that the nodes could not read is refused before they start, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
import rclpy
from rclpy.context import Context

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.graph import params_file

NODE = "/**/camera:\n  ros__parameters:"

REFUSED = {
    "broken": (f"{NODE}\n    fps: [1.0\n", r"no valid YAML \(line 4, column 1: .*expected"),
    "tab": ("/**/camera:\n\tros__parameters: {}\n", r"no valid YAML \(line 2, column 1: "),
    "two_documents": (f"{NODE} {{}}\n---\nx: y\n", "no valid YAML .*another document"),
    "code": (f"{NODE} {{fps: !!python/object/apply:os.system [touch pwned]}}\n", "no valid YAML .*tag"),
    "list": ("- a\n- b\n", "the file has no ros__parameters"),
    "text": ("these are notes", "the file has no ros__parameters"),
    "no_key": ("/**/camera:\n  fps: 3.0\n", "fps has no ros__parameters"),
    "nothing_below": ("/**/camera:\n", "/\\*\\*/camera has no ros__parameters"),
    "no_mapping": (f"{NODE} 3\n", "ros__parameters of /\\*\\*/camera is no mapping"),
    "null": (f"{NODE}\n", "ros__parameters of /\\*\\*/camera is no mapping"),
    "alias": (f"{NODE} {{fps: &a 3.0, rate: *a}}\n", "alias in line 2, which ROS does not read"),
}
ACCEPTED = {
    "empty": "",
    "comment": "# nothing yet\n",
    "braces": "{}\n",
    "nested": "/**:\n  camera:\n    ros__parameters: {fps: 3.0}\n",
    "text_value": f"{NODE} {{source: 'file:/a/b.mp4'}}\n",
    "nested_name": f"{NODE} {{qos_overrides: {{depth: 1}}}}\n",
}


def read_by_ros(path: Path) -> bool:
    """Whether rcl reads a file."""
    context = Context()
    try:
        rclpy.init(context=context, args=["--ros-args", "--params-file", str(path)])
    except Exception:  # rclpy's own errors share no base class
        return False
    context.try_shutdown()
    return True


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_parameters_file_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    text, words = REFUSED[name]
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words) as refused:
        params_file.check(str(path))
    assert str(path) in str(refused.value) and "\n" not in str(refused.value)
    # rcl takes tags and plain text for nothing; everything else fails there too
    assert read_by_ros(path) == (name in ("code", "text"))


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_file_that_ros_reads_is_accepted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(ACCEPTED[name])
    params_file.check(str(path))
    assert read_by_ros(path)


def test_the_shipped_file_is_accepted() -> None:
    params_file.check(str(files.config_file("mer.yaml")))


def test_a_file_that_is_missing_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="/no/such.yaml' does not exist"):
        params_file.check("/no/such.yaml")
    path = tmp_path / "picture.yaml"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(ConfigError, match="no text in UTF-8"):
        params_file.check(str(path))
