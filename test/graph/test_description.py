"""The description of the graph that launch files and `mer up` share."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph import transport_profile
from mer_ros.graph.catalogue import NODES
from mer_ros.graph.description import NodeSpec, node_specs
from mer_ros.graph.options import DEMO, GraphOptions
from mer_ros.graph.transport_profile import PROFILE_VARIABLES

ROOT = Path(__file__).resolve().parents[2]


def test_describing_the_graph_needs_the_standard_library_only() -> None:
    """``ros2 launch`` runs with the system's Python, which lacks the packages in .venv."""
    code = """
import sys
before = {name.partition(".")[0] for name in sys.modules}  # what site-packages loads by .pth files
import mer_ros.graph as graph
graph.node_specs(graph.DEMO, {})
allowed = {*sys.stdlib_module_names, "mer_ros", "__main__"}
print({name.partition(".")[0] for name in sys.modules} - allowed - before)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "set()\n"), done.stderr


def by_name(options: GraphOptions, environ: dict[str, str] | None = None) -> dict[str, NodeSpec]:
    return {spec.name: spec for spec in node_specs(options, environ or {})}


def test_without_a_camera_three_nodes_start_in_two_processes_under_the_namespace() -> None:
    specs = by_name(GraphOptions())
    assert {name: spec.nodes for name, spec in specs.items()} == {
        "face_tracker": (),
        "recogniser": ("classifier", "explainer"),
    }
    assert list(by_name(GraphOptions(one_recogniser=False))) == ["face_tracker", "classifier", "explainer"]
    assert {s.namespace for s in specs.values()} == {"mer"}
    assert all(s.respawn for s in specs.values())


def test_defaults_stay_with_the_nodes() -> None:
    assert all(spec.parameters == {} for spec in node_specs(GraphOptions(), {}))


def test_options_reach_their_nodes() -> None:
    options = GraphOptions(model="micro_attention", camera="synthetic:4", rate=0.5)
    specs = by_name(replace(options, one_recogniser=False))
    assert specs["classifier"].parameters == specs["explainer"].parameters == {"model": "micro_attention"}
    assert by_name(options)["recogniser"].parameters == {"model": "micro_attention"}
    assert specs["face_tracker"].parameters == {}
    assert by_name(GraphOptions(compressed=True))["face_tracker"].parameters == {"compressed": True}
    assert specs["camera"].parameters == {
        "source": "synthetic:4",
        "rate": 0.5,
        "wait_for_nodes": "face_tracker,classifier,explainer",
    }
    assert not specs["camera"].respawn


@pytest.mark.parametrize(
    ("options", "section", "restarted"),
    [
        (GraphOptions(camera="file:a/b.mp4", direct=True), "", False),
        (GraphOptions(camera="file:a/b.mp4"), "", True),
        (GraphOptions(camera="device:0", direct=True), "", True),
        (GraphOptions(), "/**/face_tracker: {ros__parameters: {camera: a/b.mp4}}", False),
        (GraphOptions(), "/**/face_tracker: {ros__parameters: {camera: /dev/video0}}", True),
        (
            GraphOptions(camera="device:0", direct=True),
            "/**/face_tracker: {ros__parameters: {camera: a/b.mp4}}",
            True,
        ),
    ],
)
def test_fault_64_a_tracker_that_plays_a_recording_is_not_restarted(
    options: GraphOptions, section: str, restarted: bool, tmp_path: Path
) -> None:
    """It would play the recording again, with other event ids."""
    if section:
        path = tmp_path / "mine.yaml"
        path.write_text(section)
        options = replace(options, params_file=str(path))
    specs = by_name(options)
    assert specs["face_tracker"].respawn is restarted
    assert specs["face_tracker"].plays_recording is not restarted
    assert specs["recogniser"].respawn


def test_a_given_option_overrides_the_params_file_even_if_it_equals_the_default() -> None:
    given = {"model", "use_sim_time", "autostart"}
    specs = {spec.name: spec for spec in node_specs(GraphOptions(), {}, given)}
    assert specs["recogniser"].parameters == {
        "model": "linear_prototype",
        "autostart": True,
        "use_sim_time": False,
    }
    assert specs["face_tracker"].parameters == {"autostart": True, "use_sim_time": False}


def test_nodes_with_different_parameters_or_without_their_partner_do_not_share_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A parameter of a command line reaches every node of the process."""
    both = {name: NODES[name] for name in ("classifier", "explainer")}
    without = (r for r in NODES["explainer"].routes if r.option != "model")
    monkeypatch.setitem(NODES, "explainer", replace(both["explainer"], routes=tuple(without)))
    specs = by_name(GraphOptions(model="micro_attention"))
    assert {n: s.parameters for n, s in specs.items() if n != "face_tracker"} == {
        "classifier": {"model": "micro_attention"},
        "explainer": {},
    }
    monkeypatch.setitem(NODES, "explainer", replace(both["explainer"], starts=lambda options: False))
    assert list(by_name(GraphOptions())) == ["face_tracker", "classifier"]


def test_a_camera_of_the_graph_waits_for_the_nodes_that_process_its_images() -> None:
    direct = by_name(GraphOptions(camera="device:0", direct=True))
    assert direct["face_tracker"].parameters["wait_for_nodes"] == "classifier,explainer"
    assert not any("wait_for_nodes" in spec.parameters for spec in node_specs(GraphOptions(), {}))


def test_camera_and_tracker_use_the_same_image_topic() -> None:
    specs = by_name(replace(DEMO, image="/front/image"))
    assert ("image", "/front/image") in specs["camera"].remappings
    assert ("image/compressed", "/front/image/compressed") in specs["face_tracker"].remappings
    assert specs["recogniser"].remappings == ()


def test_nodes_that_exchange_images_get_the_shared_memory_profile() -> None:
    specs = by_name(DEMO)
    for name, spec in specs.items():
        assert all((v in spec.env) == (name in ("camera", "face_tracker")) for v in PROFILE_VARIABLES)
    assert Path(specs["camera"].env["FASTRTPS_DEFAULT_PROFILES_FILE"]).is_file()


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("width: 1920, height: 1080", ["fastdds_large.xml", "fastdds.xml"]),
        ("width: 640, height: 480", ["fastdds.xml", "fastdds.xml"]),
    ],
)
def test_a_camera_node_with_large_images_gets_a_large_segment(
    section: str, names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_profile.shutil, "disk_usage", lambda _path: SimpleNamespace(free=2**30))
    path = tmp_path / "mine.yaml"
    path.write_text(f"/**/camera: {{ros__parameters: {{{section}}}}}")
    specs = by_name(GraphOptions(camera="device:0", params_file=str(path)))
    env = [specs[name].env[PROFILE_VARIABLES[0]] for name in ("camera", "face_tracker")]
    assert [Path(name).name for name in env] == names


@pytest.mark.parametrize("variable", PROFILE_VARIABLES)
def test_a_profile_of_the_user_is_not_replaced(variable: str) -> None:
    specs = node_specs(DEMO, {variable: "/home/me/dds.xml"})
    assert not any(v in spec.env for spec in specs for v in PROFILE_VARIABLES)


def test_only_the_demo_limits_discovery_to_this_machine() -> None:
    assert all(s.env["ROS_AUTOMATIC_DISCOVERY_RANGE"] == "LOCALHOST" for s in node_specs(DEMO, {}))
    assert not any("ROS_AUTOMATIC_DISCOVERY_RANGE" in s.env for s in node_specs(GraphOptions(), {}))


def test_rviz_follows_the_namespace() -> None:
    specs = by_name(GraphOptions(rviz=True, namespace="robot/mer"))
    assert ("/mer/annotated", "/robot/mer/annotated") in specs["rviz2"].remappings
    assert by_name(GraphOptions(rviz=True))["rviz2"].remappings == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GraphOptions(image="my topic"), "not a valid ROS topic"),
        (GraphOptions(image=""), "not a valid ROS topic"),
        (GraphOptions(namespace="9lives"), "not a valid ROS name"),
        (GraphOptions(namespace="~x"), "not a valid ROS name"),
        (GraphOptions(namespace="~/x"), "not a valid ROS name"),
        (GraphOptions(image="~image"), "not a valid ROS topic"),
        (GraphOptions(camera="synthetic:1", compressed=True), "compressed .* uncompressed images"),
        (GraphOptions(params_file="/no/such.yaml"), "does not exist"),
        (GraphOptions(camera="webcam"), "'webcam' is neither a camera nor an existing file"),
        (GraphOptions(device="gpu"), "auto, cpu, cuda"),
        (GraphOptions(log_level="loud"), "debug, info"),
        (GraphOptions(camera="synthetic:1", fps=-1.0), "fps must be from 0 to 1000"),
        (GraphOptions(rotate=45), "rotate must be one of 0, 90, 180, 270; 45 was given"),
    ],
)
def test_invalid_options_are_refused_before_any_node_starts(options: GraphOptions, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        node_specs(options, {})


@pytest.mark.parametrize(
    ("options", "section", "words"),
    [
        (GraphOptions(), "/**/face_tracker", "face_tracker has no parameter frames"),
        (GraphOptions(), "/mer/face_tracker", "face_tracker has no parameter frames"),
        (GraphOptions(namespace="/a/b"), "/a/b/face_tracker", "face_tracker has no parameter frames"),
        (GraphOptions(namespace="/"), "/face_tracker", "face_tracker has no parameter frames"),
        (GraphOptions(), "/**/camera", ""),  # this graph has no camera node
        (GraphOptions(camera="synthetic:1"), "/**/camera", "camera has no parameter frames"),
    ],
)
def test_a_params_file_that_a_node_would_refuse_is_refused_before_any_node_starts(
    options: GraphOptions, section: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"{section}:\n  ros__parameters: {{frames: 1}}\n")
    options = replace(options, params_file=str(path))
    if not words:
        assert node_specs(options, {})
        return
    with pytest.raises(ConfigError, match=f"params_file '{path}': {words}"):
        node_specs(options, {})


CODE = "__import__('os').system('touch pwned')"


@pytest.mark.parametrize("name", [f.name for f in fields(GraphOptions)])
def test_fault_65_code_in_an_argument_is_inert(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        specs = node_specs(GraphOptions.from_text({"camera": "synthetic:1", name: CODE}), {})
    except ConfigError as error:
        assert name in str(error)  # refused by name
    else:
        assert any(CODE in spec.parameters.values() for spec in specs)  # passed on as text
    assert list(tmp_path.iterdir()) == []


def test_a_camera_that_the_tracker_opens_needs_no_camera_node() -> None:
    specs = by_name(GraphOptions(camera="file:a/b.mp4", direct=True, fps=90.0, rate=0.5, rotate=180))
    assert list(specs) == ["face_tracker", "recogniser"]
    given = {"camera": "file:a/b.mp4", "fps": 90.0, "rate": 0.5, "rotate": 180}
    assert specs["face_tracker"].parameters == {**given, "wait_for_nodes": "classifier,explainer"}
    assert by_name(GraphOptions(camera="device:0"))["camera"].parameters["source"] == "device:0"


def test_images_are_turned_once() -> None:
    """By the camera node if there is one, else by the tracker."""
    played = by_name(GraphOptions(camera="device:0", rotate=90))
    assert played["camera"].parameters["rotate"] == 90 and "rotate" not in played["face_tracker"].parameters
    assert by_name(GraphOptions(rotate=90))["face_tracker"].parameters == {"rotate": 90}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GraphOptions(fps=30.0), "fps = 30.0 has no effect without a camera: omit it"),
        (GraphOptions(camera="device:0", rate=0.5), "rate = 0.5 has no effect on camera 'device:0'"),
        (GraphOptions(camera="a/b.mp4", events=3), "events = 3 has no effect on camera 'a/b.mp4'"),
        (GraphOptions(camera="a/b.mp4", photo="me.jpg"), "photo = 'me.jpg' has no effect"),
        (
            GraphOptions(camera="a/b.mp4", direct=True, image="/front/image"),
            "image = '/front/image' has no effect on camera 'a/b.mp4' with direct: omit it",
        ),
    ],
)
def test_fault_78_an_option_without_effect_is_refused(options: GraphOptions, words: str) -> None:
    names = [f.name for f in fields(GraphOptions)]
    with pytest.raises(ConfigError, match=words):
        node_specs(options, {}, given=names)
    assert node_specs(options, {}), "a default of a launch file is not refused"


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (GraphOptions(), "rate", "1.0"),
        (GraphOptions(camera="device:0"), "events", "14"),
        (GraphOptions(camera="device:0", direct=True), "image", "'/camera/image_raw'"),
    ],
)
def test_fault_78_a_typed_option_without_effect_is_refused_even_with_its_default(
    options: GraphOptions, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=f"{name} = {value} has no effect"):
        node_specs(options, {}, given={name}, typed=True)
    assert node_specs(options, {}, given={name}), "an include may hand it on from its parent"
    assert node_specs(options, {}, given={"camera", "fps"} if options.camera else {"model"}, typed=True)


@pytest.mark.parametrize(
    ("camera", "words"), [("", "add camera."), ("synthetic:1", "'synthetic:1' was given.")]
)
def test_a_camera_that_the_tracker_cannot_open_is_refused_before_any_node_starts(
    camera: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=f"direct needs a camera that .* a path\\): {words}$"):
        node_specs(GraphOptions(camera=camera, direct=True), {})
