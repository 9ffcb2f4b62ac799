"""What to do about a camera whose images do not arrive, or not all of them, in view of the ROS graph."""

from __future__ import annotations

import os

from rclpy.qos import QoSCompatibility, QoSProfile, ReliabilityPolicy, qos_check_compatible
from rclpy.topic_endpoint_info import TopicEndpointInfo

from mer_ros.graph import image_remedies
from mer_ros.graph.catalogue import non_camera_nodes
from mer_ros.graph.image_remedies import either
from mer_ros.graph.transport_profile import (
    loads_profile,
    profile_for,
    shared_memory_problem,
    uses_fast_dds,
)
from mer_ros.nodes.base.lifecycle import MerLifecycleNode

IMAGE_TYPES = ("sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage")
_MAX_NAMES = 4
_UNKNOWN_NODE = "_NODE_NAME_UNKNOWN_"  # of rmw_fastrtps


class ImageAdvice:
    """Sentences and clauses about the publishers of an image topic.

    node: the tracker. topic: its resolved image topic. qos: of its subscription. compressed: whether it
    subscribes to compressed images. The tracker sets encoding and image_bytes, of the last image; empty and 0
    if unknown.
    """

    def __init__(self, node: MerLifecycleNode, topic: str, qos: QoSProfile, compressed: bool) -> None:
        self._node, self._topic, self._qos = node, topic, qos
        self._compressed = compressed
        self.encoding, self.image_bytes = "", 0

    @property
    def publishers(self) -> str:
        """Names of the nodes that publish the topic, "the camera" if none is discovered."""
        return ", ".join(self._names()[:_MAX_NAMES]) or "the camera"

    @property
    def own_cameras(self) -> list[str]:
        """Full names of the camera nodes of this package that publish the topic."""
        return [name for name in self._names() if image_remedies.is_own_camera(name)]

    def incompatibility(self) -> str:
        """Sentence that names a publisher with an incompatible quality of service, empty if there is none."""
        for info in self._infos():
            compatible, reason = qos_check_compatible(info.qos_profile, self._qos)
            if compatible == QoSCompatibility.ERROR:
                return (
                    f"{_name_of(info)} offers less on {self._topic} than "
                    f"{self._node.get_fully_qualified_name()} requests ({reason.strip().rstrip(';')}): no "
                    "image will arrive; set the parameter reliability of the tracker to best_effort."
                )
        return ""

    def against_loss(self) -> str:
        """What to do against lost frames: only what is not done already."""
        fast_dds = uses_fast_dds(os.environ)
        missing = shared_memory_problem() if fast_dds else ""
        if missing:
            ways = ["mount a tmpfs there (mode 1777)", image_remedies.IN_TRACKER, *self._smaller_images()]
            return f"{missing}, so images come over UDP: {either(list(dict.fromkeys(ways)))}."
        ways = []
        if fast_dds and (without := self._without_profile()):
            profile = f"config/{profile_for(self.image_bytes)}"
            ways.append(image_remedies.load_profile(without, profile))
        infos = self._infos()
        best_effort = self._qos.reliability == ReliabilityPolicy.BEST_EFFORT
        if best_effort and infos and all(_is_reliable(info) for info in infos):
            ways.append(image_remedies.RELIABLE)
        ways += self._smaller_images()
        return f"{either(ways)}."

    def against_silence(self) -> str:
        """What to do if no image has ever arrived."""
        infos = self._infos()
        kinds = {info.topic_type for info in infos}
        if infos and IMAGE_TYPES[self._compressed] in kinds:
            return f"{self.publishers} publishes there, but sends nothing: start its stream."
        if infos:
            remedy = self._for_other_type(kinds)
            return f"{self.publishers} publishes {', '.join(map(_short, sorted(kinds)))} there: {remedy}."
        topics = self._node.get_topic_names_and_types()
        offered = [
            f"{name} ({_short(kinds[0])})"
            for name, kinds in topics
            if set(kinds) & set(IMAGE_TYPES) and self._has_other_publisher(name)
        ]
        if not offered:
            return "no camera publishes in this ROS domain; start one."
        return f"remap the tracker to one of {', '.join(sorted(offered)[:8])}."

    def _for_other_type(self, kinds: set[str]) -> str:
        if IMAGE_TYPES[not self._compressed] not in kinds:
            return "remap the tracker to a topic with images"
        if self._compressed:
            return "set the parameter compressed of the tracker to false and remap image to it"
        return "set the parameter compressed of the tracker to true and remap image/compressed to it"

    def _without_profile(self) -> list[str]:
        """Processes without a large segment of shared memory, as far as is known.

        The camera node of this package is started with the profile that fits its images.
        """
        own = not loads_profile(os.environ)
        foreign = [name for name in self._names() if not image_remedies.is_own_camera(name)]
        names = (foreign if self._infos() else ["the camera"])[:_MAX_NAMES]
        if own:
            names = [*(names or [self.publishers]), self._node.get_fully_qualified_name()]
        return names

    def _smaller_images(self) -> list[str]:
        """Clauses that make images smaller, or fewer, than they are."""
        return image_remedies.smaller_images(self._names(), self.encoding, self._compressed)

    def _names(self) -> list[str]:
        return sorted({_name_of(info) for info in self._infos()})

    def _infos(self) -> list[TopicEndpointInfo]:
        return list(self._node.get_publishers_info_by_topic(self._topic))

    def _has_other_publisher(self, topic: str) -> bool:
        """Whether a node of another package publishes the topic."""
        ours = non_camera_nodes() | {self._node.get_name()}
        return any(i.node_name not in ours for i in self._node.get_publishers_info_by_topic(topic))


def _name_of(info: TopicEndpointInfo) -> str:
    """Full name of the node of an endpoint; DDS can announce an endpoint before its node, or without one."""
    if info.node_name == _UNKNOWN_NODE:
        return "an unnamed publisher"
    return f"{info.node_namespace.rstrip('/')}/{info.node_name}"


def _is_reliable(info: TopicEndpointInfo) -> bool:
    return bool(info.qos_profile.reliability == ReliabilityPolicy.RELIABLE)


def _short(kind: str) -> str:
    return kind.rpartition("/")[2]
