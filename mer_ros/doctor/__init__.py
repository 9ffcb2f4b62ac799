"""Is this machine fit to run mer_ros? Each check is pure and judges facts; `gather` collects them."""

from mer_ros.doctor.finding import Finding, Word

__all__ = ["Finding", "Word"]
