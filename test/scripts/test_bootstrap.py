from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest
from setup_parts import built_scripts, cmake_paths, pythons, stamps, tools
from setup_parts.failure import SetupError
from setup_parts.progress import Steps, doing

ROOT = Path(__file__).resolve().parents[2]


def python(command="python3", version=(3, 11, 7), **parts):
    given = {"venv": True, "ros": False, "headers": True, **parts}
    return pythons.Python(command, f"/usr/bin/{command}", version, "x86_64", **given)


def machine(*found):
    """A probe that finds only these."""
    return {one.command: one for one in found}.get


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ([python()], "python3"),
        ([python(version=(3, 13, 1)), python("python3.12", (3, 12, 3))], "python3.12"),
        ([python(version=(3, 8, 10)), python("python3.11"), python("python3.10", (3, 10, 12))], "python3.11"),
        ([python(venv=False), python("python3.10", (3, 10, 12))], "python3.10"),
    ],
)
def test_the_first_suitable_python_is_chosen(found, chosen):
    assert pythons.choose(None, None, machine(*found)).command == chosen


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([], "no python3 (does not run)"),
        ([python(version=(3, 13, 1))], "python3 3.13"),
        ([python(venv=False)], "install python3.11-venv."),
        ([python(headers=False)], "install python3.11-dev."),
        ([python(venv=False, headers=False)], "install python3.11-venv python3.11-dev."),
    ],
)
def test_without_a_suitable_python_the_error_is_one_sentence(found, says):
    with pytest.raises(SetupError) as raised:
        pythons.choose(None, None, machine(*found))
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_only_a_requested_python_is_tried():
    found = machine(python(), python("/opt/python3.12", (3, 12, 1)))
    assert pythons.choose("/opt/python3.12", None, found).version == (3, 12, 1)
    with pytest.raises(SetupError, match=r"/opt/absent \(does not run\)"):
        pythons.choose("/opt/absent", None, found)


def test_a_sourced_ros_decides_which_python():
    found = machine(python(), python("python3.12", (3, 12, 3), ros=True))
    assert pythons.choose(None, "jazzy", found).command == "python3.12"
    with pytest.raises(SetupError, match="jazzy is sourced but python3 cannot import its rclpy"):
        pythons.choose(None, "jazzy", machine(python()))


def test_a_shim_that_fails_is_not_a_python(tmp_path):
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert pythons.probe(str(shim)) is None
    assert pythons.probe(str(tmp_path / "absent")) is None
    running = pythons.probe(sys.executable)
    assert running and running.version == sys.version_info[:3]


def test_missing_tools_are_named_in_one_sentence():
    with pytest.raises(SetupError, match=r"needs a C\+\+ compiler, CMake, .*: install g\+\+ cmake\."):
        tools.check_tools(which={"gcc": "/usr/bin/gcc", "make": "/usr/bin/make"}.get)
    everything = {name: name for name in ("g++", "gcc", "cmake", "make")}
    tools.check_tools(which=everything.get)
    tools.check_tools(which={**everything, "g++": "", "mine": "mine"}.get, compiler="mine -O2")


@pytest.mark.parametrize(
    ("system", "cpu", "ros", "fit"),
    [
        ("Linux", "x86_64", None, True),
        ("Linux", "aarch64", "jazzy", True),
        ("Linux", "aarch64", None, False),
        ("Darwin", "x86_64", None, False),
    ],
)
def test_the_platform_has_wheels_or_a_ros(system, cpu, ros, fit):
    if fit:
        tools.check_platform(system, cpu, ros)
        return
    with pytest.raises(SetupError, match=f"this is {system} on {cpu}"):
        tools.check_platform(system, cpu, ros)


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12"])
def test_the_wheels_include_paths_are_mended(tmp_path, version):
    tag = f"cp{version.replace('.', '')}"
    built = f"/opt/python/{tag}-{tag}"
    cmake = tmp_path / "share" / "std_msgs" / "cmake" / "std_msgsExport.cmake"
    cmake.parent.mkdir(parents=True)
    numpy_include = f"{built}/lib/python{version}/site-packages/numpy/_core/include"
    cmake.write_text(
        f'  INCLUDE "{built}/include/python{version};{numpy_include}"\n  LINK "{built}/lib/libx.so"\n'
    )
    arguments = (tmp_path, Path("/usr/include/python3"), Path("/venv/numpy/core/include"))
    assert cmake_paths.mend_tree(*arguments) == 1
    assert cmake.read_text() == (
        f'  INCLUDE "/usr/include/python3;/venv/numpy/core/include"\n  LINK "{tmp_path}/lib/libx.so"\n'
    )
    assert cmake_paths.mend_tree(*arguments) == 0


def test_other_cmake_files_are_left_alone():
    text = 'set(x "/opt/ros/jazzy/include;/opt/pythonic")\n'
    assert cmake_paths.mend_text(text, Path("/v"), Path("/i"), Path("/n")) == text


def test_a_digest_depends_on_contents_names_and_modes(tmp_path):
    path = tmp_path / "a"
    path.write_text("1")
    first = stamps.digest_files(tmp_path, [path])
    names = stamps.digest_names(tmp_path, [path])
    path.write_text("2")
    second = stamps.digest_files(tmp_path, [path])
    path.chmod(0o755)
    assert len({first, second, stamps.digest_files(tmp_path, [path])}) == 3
    assert stamps.digest_names(tmp_path, [path]) == names


def test_a_stamp_that_cannot_be_read_counts_as_none(tmp_path):
    path = tmp_path / "below" / "stamp.json"
    assert stamps.read(path) == {}
    stamps.write(path, {"digest": "1"})
    assert stamps.read(path) == {"digest": "1"}
    path.write_text("[1")
    assert stamps.read(path) == {}


def test_only_a_foreign_prefix_counts_as_sourced():
    ours = str(bootstrap.VENV)
    assert bootstrap.sourced_ros({"ROS_DISTRO": "jazzy"}) is None
    assert bootstrap.sourced_ros({"ROS_DISTRO": "jazzy", "AMENT_PREFIX_PATH": ours}) is None
    both = os.pathsep.join([ours, "/opt/ros/jazzy"])
    assert bootstrap.sourced_ros({"ROS_DISTRO": "jazzy", "AMENT_PREFIX_PATH": both}) == "jazzy"


def test_with_a_sourced_ros_no_ros_wheel_is_installed():
    assert "ros-jazzy.txt" in [path.name for path in bootstrap.requirement_files(None)]
    for path in bootstrap.requirement_files("jazzy"):
        assert "\nros-" not in path.read_text()


def test_the_build_ignores_an_older_workspace():
    env = {"PATH": "/bin", "PYTHONPATH": "/old", "COLCON_PREFIX_PATH": "/old", "AMENT_PREFIX_PATH": "/old"}
    ours = bootstrap.build_environment(env, None)
    assert ours["AMENT_PREFIX_PATH"] == ours["CMAKE_PREFIX_PATH"] == str(bootstrap.VENV)
    assert "PYTHONPATH" not in ours and "COLCON_PREFIX_PATH" not in ours
    assert bootstrap.build_environment(env, "jazzy")["AMENT_PREFIX_PATH"] == "/old"


def test_the_build_does_not_wait_for_an_idle_machine():
    """Without flags of make, colcon passes -l, with which nothing starts while other processes are busy."""
    assert bootstrap.build_environment({}, None)["MAKEFLAGS"] == f"-j{os.cpu_count()}"
    assert bootstrap.build_environment({"MAKEFLAGS": "-j1"}, None)["MAKEFLAGS"] == "-j1"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("Collecting torch==2.13.0\n", "collecting torch==2.13.0"),
        ("  Downloading torch-2.13.0-cp311.whl (800 MB)\n", "downloading torch-2.13.0-cp311.whl"),
        ("Installing collected packages: a, b\n", "unpacking"),
        ("Starting >>> mer_interfaces\n", "starting mer_interfaces"),
        ("Requirement already satisfied: numpy\n", None),
    ],
)
def test_progress_shows_the_current_step_of_the_tools(line, what):
    assert doing(line) == what


def test_steps_write_one_line_each_into_a_log(tmp_path):
    stream = io.StringIO()
    steps = Steps(2, tmp_path / "setup.log", stream, clock=iter(range(100)).__next__)
    steps.begin("First")
    steps.run([sys.executable, "-c", "print('Collecting x')"], dict(os.environ), tmp_path)
    steps.end()
    steps.begin("Second")
    steps.end("there already")
    assert stream.getvalue() == "[1/2] First ... done (1.0 s)\n[2/2] Second ... there already (1.0 s)\n"
    assert "Collecting x" in (tmp_path / "setup.log").read_text()


def test_a_failed_step_names_the_log_and_its_last_lines(tmp_path):
    steps = Steps(1, tmp_path / "setup.log", io.StringIO())
    steps.begin("Pinned packages")
    with pytest.raises(SetupError) as raised:
        steps.run(
            [sys.executable, "-c", "print('no such version'); raise SystemExit(3)"],
            dict(os.environ),
            tmp_path,
        )
    assert "(exit code 3)" in str(raised.value)
    assert str(tmp_path / "setup.log") in str(raised.value)
    assert "no such version" in str(raised.value)


def test_fault_89_lists_of_paths_are_read_with_an_encoding():
    text = 'file(STRINGS "${list}" tuples)\nfile(STRINGS a b ENCODING UTF-8)\nfile(READ a b)\n'
    mended = cmake_paths.mend_text(text, Path("/v"), Path("/i"), Path("/n"))
    assert mended == text.replace("tuples)", "tuples ENCODING UTF-8)")
    assert cmake_paths.mend_text(mended, Path("/v"), Path("/i"), Path("/n")) == mended


@pytest.mark.parametrize("folder", ["blank and ü", "x" * 130, "plain"])
def test_fault_89_scripts_start_in_a_path_with_blanks_or_of_any_length(tmp_path, folder):
    python = tmp_path / folder / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    script = tmp_path / "install" / "mer_ros" / "lib" / "mer_ros" / "mer"
    script.parent.mkdir(parents=True)
    quoted = f'"{python}" -x' if " " in folder else str(python)
    script.write_text(f"#!{quoted}\nimport sys\nprint(sys.argv[1:], 'ü')\n", encoding="utf-8")
    script.chmod(0o755)
    setup = tmp_path / "install" / "local_setup.bash"
    setup.write_text('x="$($_colcon_python_executable "$p/util.py" sh bash)"\n')
    for _ in range(2):  # a second run changes nothing
        built_scripts.mend_tree(tmp_path / "install", python)
        done = subprocess.run([script, "a b"], capture_output=True, text=True, check=True)
        assert done.stdout == "['a b'] ü\n"
        assert setup.read_text() == 'x="$("$_colcon_python_executable" "$p/util.py" sh bash)"\n'


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout whose log folder nobody can write, not even root: log is a file."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "BUILD_STAMP", tmp_path / "build" / "stamp.json")
    (tmp_path / "log").touch()
    monkeypatch.setattr(sys, "argv", ["bootstrap.py"])
    return tmp_path


def test_fault_89_a_checkout_of_another_user_is_used_if_it_is_set_up(checkout, capsys):
    assert bootstrap.main() == 1
    said = capsys.readouterr().err
    assert "is not set up and this user cannot write there" in said and "owner" in said
    for path in ("build/stamp.json", "install/local_setup.bash"):
        (checkout / path).parent.mkdir()
        (checkout / path).touch()
    assert bootstrap.main() == 0
    assert "is not writable: its set-up is used as it is" in capsys.readouterr().out


def test_fault_89_an_environment_is_kept_when_another_python_comes_first(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    short = "{}.{}".format(*sys.version_info)
    stamps.write(tmp_path / "mer_ros_venv.json", {"version": short, "ros": "wheels", "prefix": str(tmp_path)})
    assert bootstrap.present_python(None).short == short
    assert bootstrap.present_python("jazzy") is None
    (tmp_path / "bin" / "python").unlink()
    assert bootstrap.present_python(None) is None
    env = bootstrap.build_environment({"PYTHONHOME": "/conda", "PYTHONPATH": "/conda/lib"}, None)
    assert "PYTHONHOME" not in env and "PYTHONPATH" not in env


@pytest.fixture
def installed(tmp_path):
    """bin/mer in an installation whose executable a test writes."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "mer").symlink_to(ROOT / "bin" / "mer")
    (tmp_path / "lib" / "mer_ros").mkdir(parents=True)
    return tmp_path


def run_mer(folder, text, **env):
    (folder / "lib" / "mer_ros" / "mer").write_text(text)
    (folder / "lib" / "mer_ros" / "mer").chmod(0o755)
    command = [folder / "bin" / "mer", "doctor"]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env})


@pytest.mark.parametrize("start", ["#!{python}\n", "#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n"])
def test_fault_89_mer_names_a_python_that_this_user_cannot_run(installed, start):
    python = installed / ("of another user" if "exec" in start else "python")
    code = "import os, sys\nprint(sys.argv[1:], os.environ.get('PYTHONHOME'))\n"
    python.symlink_to(installed / "none")
    done = run_mer(installed, start.format(python=python) + code)
    assert done.returncode == 126 and f"cannot run {python}" in done.stderr
    assert f"a link to {installed}/none" in done.stderr and done.stderr.count("\n") == 1
    python.unlink()
    python.symlink_to(sys.executable)
    done = run_mer(installed, start.format(python=python) + code, PYTHONHOME="/conda")
    assert (done.returncode, done.stdout, done.stderr) == (0, "['doctor'] None\n", "")
