"""Support vector machines on descriptors: what is fitted, how it is chosen, and arrays that answer."""

from mer_ros.recognition.svm.fronts import Maker, kernel, linear, selected_cells
from mer_ros.recognition.svm.kernels import Kernel, KernelKind
from mer_ros.recognition.svm.machine import NEVER, Duals, KernelMachine, LinearMachine, Machine
from mer_ros.recognition.svm.search import COSTS, Learned, Setting, learn
from mer_ros.recognition.svm.whitening import Whitening

__all__ = [
    "COSTS",
    "NEVER",
    "Duals",
    "Kernel",
    "KernelKind",
    "KernelMachine",
    "Learned",
    "LinearMachine",
    "Machine",
    "Maker",
    "Setting",
    "Whitening",
    "kernel",
    "learn",
    "linear",
    "selected_cells",
]
