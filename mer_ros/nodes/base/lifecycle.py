"""The base class of all nodes: life cycle, diagnostics, shutdown.

A subclass overrides ``configure``, ``activate``, ``deactivate``, ``cleanup`` and ``health``. An exception in
one of them is logged in one sentence and fails the transition; the node stays alive.
"""

from __future__ import annotations

from collections.abc import Callable

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.clock import Clock, ClockType
from rclpy.duration import Duration
from rclpy.lifecycle import LifecycleState, TransitionCallbackReturn

from mer_ros import runtime
from mer_ros.graph import topic_names
from mer_ros.nodes.base.guarded import first_line, sentence_of
from mer_ros.nodes.base.parameters import ParameterNode
from mer_ros.nodes.base.qos import QOS

OK, WARN, ERROR, STALE = (
    DiagnosticStatus.OK,
    DiagnosticStatus.WARN,
    DiagnosticStatus.ERROR,
    DiagnosticStatus.STALE,
)
Health = tuple[bytes, str, dict[str, str]]
_DIAGNOSTICS_PERIOD_S = 1.0
_MAX_TICKS_WITHOUT_CLOCK = 5  # of diagnostics


class MerLifecycleNode(ParameterNode):
    """A lifecycle node that can configure and activate itself. NAME: key of its entry in ``NODES``."""

    def __init__(self) -> None:
        super().__init__()
        self._fault = ""
        self._ticks_without_clock = 0
        self.steady_clock = Clock(clock_type=ClockType.STEADY_TIME)  # simulated time stops without /clock
        self._diagnostics = self.create_publisher(
            DiagnosticArray, topic_names.DIAGNOSTICS, QOS[topic_names.DIAGNOSTICS]
        )
        self._diagnose_timer = self.create_timer(
            _DIAGNOSTICS_PERIOD_S, self.guard(self.publish_diagnostics), clock=self.steady_clock
        )
        self._start_timer = None
        if self.value("autostart"):
            self._start_timer = self.create_timer(0.01, self._autostart, clock=self.steady_clock)
        else:
            self.get_logger().info("autostart is off: a lifecycle manager must activate this node")

    # -- for subclasses
    def configure(self) -> None:
        """Allocate resources; MerError if one is not available."""

    def activate(self) -> None:
        """Start processing."""

    def deactivate(self) -> None:
        """Stop processing; may be called twice."""

    def cleanup(self) -> None:
        """Release the resources of ``configure``, even if it failed halfway."""

    def health(self) -> Health:
        """Level, message and a fixed set of values for /diagnostics."""
        return OK, "", {}

    # -- life cycle
    def _autostart(self) -> None:
        assert self._start_timer is not None
        self.destroy_timer(self._start_timer)
        if self.state != "unconfigured":  # a lifecycle manager was faster
            return
        if self.trigger_configure() == TransitionCallbackReturn.SUCCESS:
            self.trigger_activate()
        self.publish_diagnostics()  # at once: others may wait for this node

    def _LifecycleNodeMixin__change_state(self, transition_id: int) -> TransitionCallbackReturn:  # noqa: N802
        """Log a transition that is invalid in the current state; the method of rclpy ends the process."""
        before = self.state
        try:
            return super()._LifecycleNodeMixin__change_state(transition_id)  # type: ignore[misc]
        except Exception as error:
            if self.context.ok():
                self.get_logger().error(
                    f"transition {transition_id} failed in state {before}: {first_line(error)}"
                )
            return TransitionCallbackReturn.FAILURE

    def _transition(self, name: str, *steps: Callable[[], None]) -> TransitionCallbackReturn:
        for step in steps:
            try:
                step()
            except Exception as error:
                self._fault = sentence_of(error)
                if self.context.ok():
                    self.get_logger().error(f"{name} failed: {self._fault}")
                return TransitionCallbackReturn.FAILURE
        self._fault = ""
        return TransitionCallbackReturn.SUCCESS

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Fail if a parameter is invalid, else call ``configure``."""
        result = self._transition("configure", self.refuse_invalid, self.configure)
        if result != TransitionCallbackReturn.SUCCESS:
            fault = self._fault
            self._transition("cleanup", self.cleanup)
            self._fault = fault
            return result
        runtime.release_freed_memory()
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Enable the publishers, then call ``activate``."""
        super().on_activate(state)
        result = self._transition("activate", self.activate)
        if result != TransitionCallbackReturn.SUCCESS:  # the node stays inactive: undo the first steps
            fault = self._fault
            self._transition("deactivate", self.deactivate)
            self._fault = fault
            super().on_deactivate(state)
            return result
        self.get_logger().info("active")
        return result

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Call ``deactivate``, then disable the publishers."""
        self._transition("deactivate", self.deactivate)
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Call ``cleanup``."""
        self._transition("cleanup", self.cleanup)
        return super().on_cleanup(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Release all resources."""
        self.end()
        return super().on_shutdown(state)

    def end(self) -> None:
        """Deactivate and clean up, in any state."""
        self._transition("shutdown", self.deactivate, self.cleanup)

    # -- diagnostics
    def publish_diagnostics(self, timeout_s: float = 0.0) -> None:
        """Publish the node's status; wait up to ``timeout_s`` for all subscribers to acknowledge it."""
        level, message, values = self.health()
        if self._fault:
            level, message = ERROR, self._fault
        elif self.state != "active":
            level, message = OK, self.state
        elif self.streak.tripped and level < ERROR:
            level, message = ERROR, f"repeated failures, the last: {self.last_failure}"
        if self.value("use_sim_time"):
            self._ticks_without_clock = (
                0 if self.get_clock().now().nanoseconds else self._ticks_without_clock + 1
            )
            if self._ticks_without_clock >= _MAX_TICKS_WITHOUT_CLOCK:
                level, message = (
                    ERROR,
                    "use_sim_time is set but /clock has no messages: play a bag with --clock or unset it",
                )
                if self._ticks_without_clock == _MAX_TICKS_WITHOUT_CLOCK:
                    self.get_logger().error(message)
        rows = {"state": self.state, **values, **{f"dropped_{k}": str(n) for k, n in self.drops.items()}}
        status = DiagnosticStatus(
            level=level,
            name=self.get_fully_qualified_name().lstrip("/"),
            message=message,
            hardware_id=rows.get("source", ""),
            values=[KeyValue(key=key, value=value) for key, value in rows.items()],
        )
        array = DiagnosticArray(status=[status])
        array.header.stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(array)
        if timeout_s > 0:
            self._diagnostics.wait_for_all_acked(Duration(seconds=timeout_s))
