"""Parameters of a node: declared from its catalogue entry, checked by name, and kept for a restart."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
from rclpy.logging import LoggingSeverity
from rclpy.parameter import Parameter as RosParameter

from mer_ros.errors import ConfigError
from mer_ros.graph.catalogue import NODES
from mer_ros.graph.kept_parameters import KeptParameters
from mer_ros.graph.parameter import Settable
from mer_ros.nodes.base.declare import declare
from mer_ros.nodes.base.guarded import GuardedNode, sentence_of


def _nothing() -> None:
    """Apply no change."""


class ParameterNode(GuardedNode):
    """A node with the parameters of its entry in ``NODES``, whose key is NAME.

    A parameter can be set when its declaration says so (``Settable``); ROS tools see it as read-only
    otherwise. A node that launch or ``mer up`` restarts has the parameters that were set last.
    """

    NAME: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.NAME)
        self._entry = NODES[self.NAME]
        self._declared = {p.name for p in self._entry.parameters}
        self._refused = declare(self, self._entry)
        self._kept = KeptParameters(self.get_fully_qualified_name())
        self._restore()
        if self.value("log_level"):
            self._apply_log_level()
        self._apply: Callable[[], object] = _nothing
        self.add_on_set_parameters_callback(self._on_set)
        self.add_post_set_parameters_callback(self._after_set)

    def prepare(self, changes: Mapping[str, Any]) -> Callable[[], object]:
        """Prepare new values of parameters that can always be set; called while the node is configured.

        changes: name to new value. Returns what is called once they are set. An exception refuses all of
        them, and the old values stay.
        """
        return _nothing

    def value(self, name: str) -> Any:
        """The value of a parameter."""
        return self.get_parameter(name).value

    @property
    def state(self) -> str:
        """Name of the lifecycle state: unconfigured, inactive, active, ..."""
        return str(self._state_machine.current_state[1])

    def refuse_invalid(self) -> None:
        """Raise ConfigError if an unknown or invalid parameter was given and not corrected since."""
        if self._refused:
            raise ConfigError(" ".join(self._refused.values()))

    def describe_parameter(self, name: str) -> ParameterDescriptor:
        """The description of a parameter, read-only while it cannot be set."""
        descriptor = copy.deepcopy(super().describe_parameter(name))  # the declared one decides in rclpy
        descriptor.read_only = bool(self._fixed(name))
        return descriptor

    def set_parameters_atomically(self, parameter_list: list[RosParameter]) -> SetParametersResult:
        """Name the parameter in a rejection, and what to do; the messages of rclpy omit it."""
        checked = [p for p in parameter_list if not self.has_parameter(p.name) or p.name in self._declared]
        refused = self._entry.refusals({p.name: p.value for p in checked})
        reasons = [*refused.values(), *filter(None, (self._fixed(p.name) for p in checked))]
        if reasons:
            return SetParametersResult(successful=False, reason=" ".join(reasons))
        return super().set_parameters_atomically(parameter_list)

    def _fixed(self, name: str) -> str:
        """Sentence on a parameter that cannot be set now; empty if it can."""
        if name not in self._declared:
            return ""
        settable = self._entry.parameter(name).settable
        if settable is Settable.AT_START:
            return f"parameter {name} is read when {self.NAME} starts: start it with another value."
        if settable is Settable.UNCONFIGURED and self.state != "unconfigured":
            return f"parameter {name} can change only before configuration: clean up {self.NAME} first."
        return ""

    def _on_set(self, changes: list[RosParameter]) -> SetParametersResult:
        """Prepare the changes; all of them are refused if that fails."""
        self._apply = _nothing
        values = self._declared_among(changes)
        fixed = [*filter(None, map(self._fixed, values))]
        if fixed:
            return SetParametersResult(successful=False, reason=" ".join(fixed))
        if values and self.state in ("inactive", "active"):
            try:
                self._apply = self.prepare(values)
            except Exception as error:
                return SetParametersResult(successful=False, reason=sentence_of(error))
        return SetParametersResult(successful=True)

    def _after_set(self, changes: list[RosParameter]) -> None:
        """Apply the changes that were prepared, and keep them for a restart."""
        apply, self._apply = self._apply, _nothing
        self.guard(apply)()
        values = self._declared_among(changes)
        for name in values:
            self._refused.pop(name, None)
        if "log_level" in values:
            self._apply_log_level()
        if values:
            self.guard(self._kept.update)(values)

    def _declared_among(self, changes: list[RosParameter]) -> dict[str, Any]:
        """Name to new value of those that the catalogue declares."""
        return {change.name: change.value for change in changes if change.name in self._declared}

    def _apply_log_level(self) -> None:
        """Set the level of this node's logger; an empty one is that of the process."""
        self.get_logger().set_level(LoggingSeverity[self.value("log_level").upper() or "UNSET"])

    def _restore(self) -> None:
        """Set the parameters that were set last, if this process replaces one that died."""
        kept = {name: value for name, value in self._kept.read().items() if name in self._declared}
        for name in self._entry.refusals(kept):
            del kept[name]
        if not kept:
            return
        changes = [RosParameter(name, value=value) for name, value in kept.items()]
        result = super().set_parameters_atomically(changes)
        if not result.successful:
            self.get_logger().warning(f"the parameters that were set last are not restored: {result.reason}")
            return
        for name in kept:
            self._refused.pop(name, None)
        words = ", ".join(f"{name} = {value!r}" for name, value in kept.items())
        self.get_logger().info(f"restarted with the parameters that were set last: {words}")
