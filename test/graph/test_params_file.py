"""A parameters file that the nodes could not read is refused before they start, and no other."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rclpy
from rclpy.context import Context
from rclpy.node import Node

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.graph import params_file
from mer_ros.graph.catalogue import NODES

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


@pytest.fixture(scope="module")
def make_node() -> Iterator[Callable[..., Node]]:
    """``make_node(name, namespace, path)``: a node with a parameters file, in a context of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its parser imports what Python 3.11 deprecates
        import rosidl_generator_py  # noqa: F401
    context, nodes = Context(), []
    rclpy.init(context=context)

    def make(name: str, namespace: str, path: Path) -> Node:
        arguments = ["--ros-args", "--params-file", str(path)]
        options = {"cli_args": arguments, "use_global_arguments": False, "context": context}
        nodes.append(Node(name, namespace=namespace, **options))
        return nodes[-1]

    yield make
    for node in nodes:
        node.destroy_node()
    context.try_shutdown()


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


ENTRIES = {f"/robot/mer/{name}": entry for name, entry in NODES.items()}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{NODE} {{frames: 1}}\n", "camera has no parameter frames"),
        (f"{NODE} {{fps: 30}}\n", "fps must be a floating-point number, such as 30.0; 30 was given"),
        (f"{NODE} {{fps: '30.0'}}\n", "fps must be a floating-point number; '30.0' was given"),
        (f"{NODE} {{fps: -1.0}}\n", "fps must be from 0 to 1000; -1.0 was given"),
        ("/robot/mer/camera: {ros__parameters: {fps: -1.0}}\n", "fps must be"),
        ("/robot/*/camera: {ros__parameters: {fps: -1.0}}\n", "fps must be"),
        ("robot: {mer: {camera: {ros__parameters: {fps: -1.0}}}}\n", "fps must be"),
        ("/**: {ros__parameters: {threads: 2}}\n", "camera has no parameter threads"),
        ("/**/classifier: {ros__parameters: {model: 5}}\n", "model must be a string; 5 was given"),
        ("/**/classifier: {ros__parameters: {a: {b: 5}}}\n", "classifier has no parameter a.b"),
        ("/**/classifier: {ros__parameters: {model: [a, b]}}\n", r"model must be a string; \['a', 'b'\]"),
    ],
)
def test_a_parameter_that_a_node_would_refuse_is_refused_by_name(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words) as refused:
        params_file.check(str(path), ENTRIES)
    assert str(refused.value).startswith(f"params_file '{path}': ")
    params_file.check(str(path))


@pytest.mark.parametrize(
    "text",
    [
        f"{NODE} {{fps: 1e1, exit_at_end: yes, events: 0x10, source: 'synthetic:1', frame_id: \"5\"}}\n",
        f"{NODE} {{use_sim_time: true, qos_overrides: {{/image: {{publisher: {{depth: 1}}}}}}}}\n",
        "/other/driver: {ros__parameters: {frames: 1}}\n",
        "/robot2/mer/camera: {ros__parameters: {fps: 30.0}}\n",
        "/**/my_camera: {ros__parameters: {frames: 1}}\n",
    ],
)
def test_valid_parameters_and_those_of_other_nodes_are_accepted(text: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    params_file.check(str(path), ENTRIES)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("camera", "'camera' does not match /robot/mer/camera: write /**/camera."),
        ("/camera", "'/camera' does not match /robot/mer/camera: write /**/camera."),
        ("/*/camera", "'/*/camera' does not match /robot/mer/camera: write /**/camera."),
        ("/**/facetracker", "'/**/facetracker' matches no node of the graph: write /**/face_tracker."),
        ("clasifier", "'clasifier' matches no node of the graph: write /**/classifier."),
    ],
)
def test_an_entry_that_ros_would_ignore_is_refused_with_the_name_that_is_meant(
    entry: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"{entry}: {{ros__parameters: {{fps: 30.0}}}}\n")
    with pytest.raises(ConfigError) as refused:
        params_file.check(str(path), ENTRIES)
    assert str(refused.value) == f"params_file '{path}': {words}"


def test_entries_of_other_nodes_are_remarked_and_those_of_nodes_that_are_not_started_are_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.yaml"
    names = ("/**/camera", "explainer", "/**/my_camera", "/arm/gripper")
    path.write_text("".join(f"{name}: {{ros__parameters: {{x: 1}}}}\n" for name in names))
    nodes = {"/mer/face_tracker": NODES["face_tracker"]}
    assert params_file.remarks(str(path), nodes) == [
        f"params_file '{path}': '{name}' matches no node of the graph and sets nothing here."
        for name in names[2:]
    ]
    path.write_text("")
    assert params_file.remarks(str(path), nodes) == []


SCALARS = (
    "1 -1 +1 0 007 010 -010 08 0x1A -0X1a 1.0 -.5 1. 1e3 1e-3 1E+3 .inf -.inf inf nan .nan "
    "true True yes Y y on off N no null ~ 1_000 0b1 0o7 1:30 2020-01-01 text 5x 1.2.3 -5x"
).split()


@pytest.mark.parametrize("scalar", [*SCALARS, "'5'", '"true"', "a b"])
def test_a_value_is_read_as_ros_reads_it(scalar: str, tmp_path: Path, make_node: Callable[..., Node]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"/**/reader:\n  ros__parameters:\n    value: {scalar}\n")
    [(_, given)] = params_file._sections(params_file._parsed(str(path), ""))
    expected = make_node("reader", "/mer", path)._parameter_overrides["value"].value
    assert type(given["value"]) is type(expected) and repr(given["value"]) == repr(expected)


@pytest.mark.parametrize(
    "pattern", ["/**/n", "/*/n", "/a/**/n", "/**/b/n", "/a/n", "/**", "/*", "n", "/a/*/n"]
)
@pytest.mark.parametrize("name", ["/n", "/a/n", "/a/b/n", "/a/b/c/n"])
def test_a_pattern_matches_the_nodes_that_ros_gives_the_parameters(
    pattern: str, name: str, tmp_path: Path, make_node: Callable[..., Node]
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"{pattern}:\n  ros__parameters:\n    value: 1\n")
    [(found, _)] = params_file._sections(params_file._parsed(str(path), ""))
    node = make_node("n", name.rpartition("/")[0] or "/", path)
    expected = "value" in node._parameter_overrides
    assert bool(params_file._pattern(found).fullmatch(name)) == expected


def test_the_shipped_file_is_accepted() -> None:
    params_file.check(str(files.config_file("mer.yaml")), ENTRIES)


def test_a_file_that_is_missing_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="/no/such.yaml' does not exist"):
        params_file.check("/no/such.yaml")
    path = tmp_path / "picture.yaml"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(ConfigError, match="no text in UTF-8"):
        params_file.check(str(path))


@pytest.mark.parametrize(
    "text",
    [
        "/**: {ros__parameters: {rate: 0.5}}\n/mer/camera: {ros__parameters: {rate: 2.0, source: ~}}\n",
        "/mer/camera: {ros__parameters: {rate: 2.0}}\n/**: {ros__parameters: {rate: 0.5}}\n",
        "/mer/*: {ros__parameters: {rate: 2.0}}\nmer: {camera: {ros__parameters: {rate: 0.5, fps: 1e-3}}}\n",
        "/other/camera: {ros__parameters: {rate: 2.0}}\n",
        "",
    ],
    ids=["exact last", "all last", "nested", "another node", "empty"],
)
def test_values_are_those_that_a_node_gets(text: str, make_node: Callable[..., Node], tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    node = make_node("camera", "/mer", path)
    received = {name: parameter.value for name, parameter in node._parameter_overrides.items()}
    assert params_file.values(str(path), "/mer/camera") == received
