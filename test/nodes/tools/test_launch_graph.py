"""The launch files start what ``node_specs`` returns: with launch if it is installed, and with stand-ins."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from mer_ros.errors import ConfigError, MerError
from mer_ros.graph import parent
from mer_ros.graph.catalogue import NODES
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import DEMO, GraphOptions, arguments

LAUNCH = Path(__file__).resolve().parents[3] / "launch"
EMPTY = SimpleNamespace(launch_configurations={})  # context of launch
REAL = all(importlib.util.find_spec(name) for name in ("launch", "launch_ros")) and (
    importlib.util.find_spec("launch.actions") is not None
)


class _Recorder:
    """In place of a launch class: stores its arguments."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.args, self.options = args, options


def _stand_ins() -> dict[str, ModuleType]:
    wanted = {
        "launch": ["LaunchContext", "LaunchDescription"],
        "launch.actions": [
            *("DeclareLaunchArgument", "ExecuteLocal", "GroupAction", "IncludeLaunchDescription"),
            *("LogInfo", "OpaqueFunction", "RegisterEventHandler", "UnsetLaunchConfiguration"),
        ],
        "launch.event_handlers": ["OnShutdown"],
        "launch.launch_description_sources": ["PythonLaunchDescriptionSource"],
        "launch.substitutions": ["LaunchConfiguration"],
        "launch.utilities": ["normalize_to_list_of_substitutions", "perform_substitutions"],
        "launch_ros": [],
        "launch_ros.actions": ["LifecycleNode", "Node"],
        "launch_ros.parameter_descriptions": ["ParameterFile", "ParameterValue"],
    }
    modules = {}
    for name, classes in wanted.items():
        modules[name] = ModuleType(name)
        for name_of_class in classes:
            setattr(modules[name], name_of_class, type(name_of_class, (_Recorder,), {}))
    return modules


@pytest.fixture(params=["stand_ins", "real"] if REAL else ["stand_ins"])
def load(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Any]]:
    """``load(name)``: execute a launch file; returns its description."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("names")))  # no launch ends here
    monkeypatch.delitem(sys.modules, "mer_ros.nodes.tools.launch_graph", raising=False)
    if request.param == "stand_ins":
        for name, module in _stand_ins().items():
            monkeypatch.setitem(sys.modules, name, module)

    def run(name: str) -> Any:
        spec = importlib.util.spec_from_file_location(name.replace(".", "_"), LAUNCH / name)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        description = module.generate_launch_description()
        return description if request.param == "real" else description.args[0]

    yield run
    sys.modules.pop("mer_ros.nodes.tools.launch_graph", None)


def _declared(description: Any) -> dict[str, tuple[str, str]]:
    """Argument to (default, description), of a description of launch or of the stand-ins."""
    if isinstance(description, list):
        created = [a for a in description if type(a).__name__ == "DeclareLaunchArgument"]
        return {a.args[0]: (a.options["default_value"], a.options["description"]) for a in created}
    return {
        a.name: ("".join(part.text for part in a.default_value), a.description)
        for a in description.get_launch_arguments()
    }


@pytest.mark.parametrize(("name", "defaults"), [("mer.launch.py", GraphOptions()), ("demo.launch.py", DEMO)])
def test_arguments_and_defaults_are_those_of_the_graph(
    name: str, defaults: GraphOptions, load: Callable[[str], Any]
) -> None:
    declared = _declared(load(name))
    assert list(declared) == [f.name for f in fields(GraphOptions)]
    assert GraphOptions.from_text({key: default for key, (default, _) in declared.items()}) == defaults
    assert all(text for _, text in declared.values())
    assert declared["device"][1].endswith(" One of: auto, cpu, cuda.")


def _processes(actions: list[Any]) -> list[Any]:
    """The actions that start a process."""
    return [action for action in actions if type(action).__name__ in ("LifecycleNode", "Node")]


def test_every_lifecycle_node_has_an_action_and_a_process_of_several_nodes_has_no_node_name(
    load: Callable[[str], Any],
) -> None:
    load("mer.launch.py")
    import mer_ros.nodes.tools.launch_graph as launch_graph

    actions = [a for spec in node_specs(DEMO) for a in launch_graph.node_actions(spec)]
    assert [type(a).__name__ for a in actions] == [
        *("LifecycleNode", "LifecycleNode"),  # camera and tracker
        *("HostedNode", "HostedNode", "Node"),
    ]
    assert all(isinstance(a, launch_graph.LifecycleNode) for a in actions[:-1])
    if hasattr(actions[-1], "options"):
        assert [a.options.get("name") for a in actions] == [*NODES, None]
    else:
        assert [a._Node__node_name for a in actions] == [*NODES, None]


def _nodes_of(name: str, given: dict[str, str]) -> list[Any]:
    """Run the function of a launch file with launch; the node actions that it returns."""
    from launch.actions import DeclareLaunchArgument, OpaqueFunction

    from launch import LaunchContext

    spec = importlib.util.spec_from_file_location("launch_file", LAUNCH / name)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    context = LaunchContext()
    context.launch_configurations.update(given)
    created: list[Any] = []
    for entity in module.generate_launch_description().entities:
        if isinstance(entity, DeclareLaunchArgument):
            entity.visit(context)
        elif isinstance(entity, OpaqueFunction):
            created += entity.visit(context) or []
    return created


def test_launch_arguments_give_the_same_nodes_as_mer_up(load: Callable[[str], Any]) -> None:
    wanted = replace(DEMO, model="micro_attention", fps=30.0, rviz=False)
    expected = node_specs(wanted)
    loaded = load("demo.launch.py")
    if isinstance(loaded, list):
        texts = {a.name: a.default for a in arguments(wanted)}
        configuration = sys.modules["launch.substitutions"].LaunchConfiguration  # type: ignore[attr-defined]
        configuration.perform = lambda self, context: texts[self.args[0]]
        created = _processes(loaded[-1].options["function"](EMPTY))
        assert [n.options["executable"] for n in created] == [s.executable for s in expected]
        launched = parent.variables()
        assert [n.options["additional_env"] for n in created] == [{**s.env, **launched} for s in expected]
        assert [n.options["respawn"] for n in created] == [s.respawn for s in expected]
        assert [n.options["remappings"] for n in created] == [list(s.remappings) for s in expected]
    else:
        created = _processes(_nodes_of("demo.launch.py", {"model": "micro_attention", "fps": "30.0"}))
        assert [n.node_executable for n in created] == [s.executable for s in expected]
        assert [n.node_package for n in created] == [s.package for s in expected]


def test_an_argument_that_equals_its_default_overrides_the_params_file(load: Callable[[str], Any]) -> None:
    description = load("mer.launch.py")
    if isinstance(description, list):
        texts = {a.name: a.default for a in arguments()}
        configuration = sys.modules["launch.substitutions"].LaunchConfiguration  # type: ignore[attr-defined]
        configuration.perform = lambda self, context: texts[self.args[0]]
        context = ModuleType("context")
        context.launch_configurations = {"model": "prototype"}  # type: ignore[attr-defined]
        functions = [a for a in description if type(a).__name__ == "OpaqueFunction"]
        created = _processes([node for f in functions for node in f.options["function"](context) or []])
        given = [list(n.options["parameters"][-1]) for n in created]
    else:
        from launch_ros.utilities import evaluate_parameters

        from launch import LaunchContext

        created = _processes(_nodes_of("mer.launch.py", {"model": "prototype"}))
        given = [list(evaluate_parameters(LaunchContext(), n._Node__parameters)[-1]) for n in created]
    assert given == [[], ["model"]]


def test_fault_65_code_in_a_launch_argument_is_refused_as_text(
    load: Callable[[str], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = "__import__('os').system('touch pwned')"
    description = load("mer.launch.py")
    with pytest.raises(ConfigError, match="not a valid ROS topic"):
        if isinstance(description, list):
            texts = {**{a.name: a.default for a in arguments()}, "image": code}
            configuration = sys.modules["launch.substitutions"].LaunchConfiguration  # type: ignore[attr-defined]
            configuration.perform = lambda self, context: texts[self.args[0]]
            description[-1].options["function"](EMPTY)
        else:
            _nodes_of("mer.launch.py", {"image": code})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("has_limit", [False, True])
def test_restarts_are_limited_where_launch_has_the_option(
    has_limit: bool, load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    load("mer.launch.py")
    import mer_ros.nodes.tools.launch_graph as launch_graph

    class Old:
        def __init__(self, *, respawn: bool = False) -> None: ...

    class New:
        def __init__(self, *, respawn: bool = False, respawn_max_retries: int = -1) -> None: ...

    monkeypatch.setattr(launch_graph, "ExecuteLocal", New if has_limit else Old)
    assert launch_graph._respawn_limit() == ({"respawn_max_retries": 20} if has_limit else {})
    [action] = launch_graph.node_actions(node_specs(GraphOptions())[0])
    if not hasattr(action, "options"):
        return
    assert ("respawn_max_retries" in action.options) == has_limit


def test_fault_65_a_string_parameter_that_looks_like_yaml_stays_a_string(load: Callable[[str], Any]) -> None:
    from launch_ros.parameter_descriptions import ParameterValue  # the stand-in or the real one

    load("mer.launch.py")
    import mer_ros.nodes.tools.launch_graph as launch_graph

    assert launch_graph.ParameterValue is ParameterValue
    spec = node_specs(replace(GraphOptions(), model="true"))[1]
    action = launch_graph.node_actions(spec)[-1]
    if hasattr(action, "options"):
        assert action.options["parameters"][-1]["model"].options == {"value_type": str}
    else:
        from launch_ros.utilities import evaluate_parameters

        from launch import LaunchContext

        evaluated = evaluate_parameters(LaunchContext(), action._Node__parameters)
        assert evaluated[-1] == {"model": "true"}


HOOKS = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from launch import LaunchDescription, LaunchService
from launch.actions import EmitEvent, OpaqueFunction, RegisterEventHandler, Shutdown
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
from lifecycle_msgs.msg import Transition

from mer_ros.graph import parent
from mer_ros.graph.description import node_specs
from mer_ros.graph.options import GraphOptions
from mer_ros.nodes.tools.launch_graph import node_actions

def request(transition, name):
    matcher = lambda action: action.node_name == name
    return EmitEvent(event=ChangeState(lifecycle_node_matcher=matcher, transition_id=transition))

active = []

def on_transition(context):
    event, name = context.locals.event, context.locals.event.action.node_name
    if (event.start_state, event.goal_state) == ("configuring", "inactive"):
        return [request(Transition.TRANSITION_ACTIVATE, name)]
    if event.goal_state == "active":
        active.append(name)
    if len(active) == 3:
        print("active", sorted(active), flush=True)
        return [Shutdown()]

options = GraphOptions(local_only=True, autostart=False)
nodes = [a for spec in node_specs(options) for a in node_actions(spec)]
names = ("/mer/face_tracker", "/mer/classifier", "/mer/explainer")
requests = [request(Transition.TRANSITION_CONFIGURE, name) for name in names]
hook = RegisterEventHandler(OnStateTransition(entities=[OpaqueFunction(function=on_transition)]))
service = LaunchService()
service.include_launch_description(LaunchDescription([hook, *nodes, *requests]))
sys.exit(service.run())
"""

if REAL:

    def test_with_launch_the_transitions_of_every_node_can_be_hooked_and_requested(tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", HOOKS, str(LAUNCH.parent)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=250,
        )
        names = ["/mer/classifier", "/mer/explainer", "/mer/face_tracker"]
        assert f"active {names}" in done.stdout, done.stdout + done.stderr
        assert done.returncode == 0 and "Traceback" not in done.stderr


def test_fault_95_nothing_is_launched_if_something_is_missing(
    load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    description = load("mer.launch.py")
    with pytest.raises(ConfigError, match="rviz2 is not installed"):
        if isinstance(description, list):
            texts = {**{a.name: a.default for a in arguments()}, "rviz": "true"}
            configuration = sys.modules["launch.substitutions"].LaunchConfiguration  # type: ignore[attr-defined]
            configuration.perform = lambda self, context: texts[self.args[0]]
            description[-1].options["function"](EMPTY)
        else:
            _nodes_of("mer.launch.py", {"rviz": "true"})


def test_a_second_graph_of_the_same_namespace_is_refused_until_the_first_launch_has_ended(
    load: Callable[[str], Any],
) -> None:
    description = load("mer.launch.py")
    if isinstance(description, list):
        texts = {a.name: a.default for a in arguments()}
        configuration = sys.modules["launch.substitutions"].LaunchConfiguration  # type: ignore[attr-defined]
        configuration.perform = lambda self, context: texts[self.args[0]]

        def start() -> list[Any]:
            return list(description[-1].options["function"](EMPTY))

        def end(action: Any) -> None:
            action.args[0].options["on_shutdown"](None, EMPTY)
    else:
        from launch.events import Shutdown

        from launch import LaunchContext

        def start() -> list[Any]:
            return _nodes_of("mer.launch.py", {})

        def end(action: Any) -> None:
            action.event_handler.handle(Shutdown(), LaunchContext())

    (handler,) = [action for action in start() if type(action).__name__ == "RegisterEventHandler"]
    with pytest.raises(ConfigError, match="/mer/face_tracker is already a node of a graph in this launch"):
        start()
    end(handler)
    assert len(_processes(start())) == 2


def test_an_include_gets_the_arguments_given_and_no_others(load: Callable[[str], Any]) -> None:
    load("mer.launch.py")
    from mer_ros.nodes.tools.launch_graph import include

    action = include(image="/front/image_raw", rviz=False, rotate=90)
    if hasattr(action, "options"):
        (group,) = action.options["function"](EMPTY)
        assert group.options == {"scoped": True}
        *unset, graph = group.args[0]
        assert [u.args[0] for u in unset] == [a.name for a in arguments()]
        given = graph.options["launch_arguments"]
        assert dict(given) == {"image": "/front/image_raw", "rviz": "false", "rotate": "90"}
        return
    from launch.actions import SetLaunchConfiguration
    from launch.substitutions import LaunchConfiguration
    from launch_ros.actions import PushRosNamespace

    from launch import LaunchContext

    context = LaunchContext()
    PushRosNamespace("robot").visit(context)
    for name, value in (("model", "nobody"), ("image", "/of_parent")):
        SetLaunchConfiguration(name, value).visit(context)
    created = _visited(include(image=LaunchConfiguration("image")), context)
    assert len(created) == 4, "the model of the parent is refused"
    (tracker, *_) = created
    assert tracker._Node__node_namespace == "/robot/mer"
    assert ("image", "/of_parent") in [
        tuple("".join(part.text for part in side) for side in rule) for rule in tracker._Node__remappings
    ]
    assert context.launch_configurations["model"] == "nobody", "the parent keeps it"


def _visited(entity: Any, context: Any) -> list[Any]:
    """The node actions that an action leads to, without starting them."""
    if type(entity).__name__ in ("HostedNode", "LifecycleNode", "Node"):
        return [entity]
    return [node for child in entity.visit(context) or [] for node in _visited(child, context)]


@pytest.mark.parametrize("given", [{"models": "x"}, {"fps": "fast"}, {"rviz": "perhaps"}])
def test_an_include_with_a_wrong_argument_is_refused(
    given: dict[str, Any], load: Callable[[str], Any]
) -> None:
    load("mer.launch.py")
    from mer_ros.nodes.tools.launch_graph import include

    with pytest.raises(ConfigError, match=f"argument {next(iter(given))}"):
        include(**given)


@pytest.mark.parametrize(
    ("given", "words", "named"),
    [
        ({"model": "nobody"}, "'nobody' is not in", "model"),
        ({"namespace": "9lives"}, "not a valid ROS name", "namespace"),
        ({"image": "/a", "rate": "fast"}, "argument rate must be a number", "rate"),
        ({"device": "/dev/video0"}, "device must be one of", "device"),
    ],
)
def test_an_argument_that_does_not_fit_may_be_that_of_a_parent(
    given: dict[str, str], words: str, named: str, load: Callable[[str], Any]
) -> None:
    description = load("mer.launch.py")
    with pytest.raises(MerError, match=words) as raised:
        if isinstance(description, list):
            texts = {**{a.name: a.default for a in arguments()}, **given}
            configuration = sys.modules["launch.substitutions"].LaunchConfiguration  # type: ignore[attr-defined]
            configuration.perform = lambda self, context: texts[self.args[0]]
            context = SimpleNamespace(launch_configurations=given)
            for function in (a for a in description if type(a).__name__ == "OpaqueFunction"):
                function.options["function"](context)
        else:
            _nodes_of("mer.launch.py", given)
    assert f"its own argument {named} may have been handed on: use include() of mer_ros.nodes.tools" in str(
        raised.value
    )


def test_an_error_about_what_nobody_set_has_no_word_about_includes(
    load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load("mer.launch.py")
    import mer_ros.nodes.tools.launch_graph as launch_graph

    assert launch_graph._with_include("rviz2 is not installed.", {"rviz"}) == "rviz2 is not installed."
    assert launch_graph._with_include("The model 'a' is not there.", set()) == "The model 'a' is not there."
