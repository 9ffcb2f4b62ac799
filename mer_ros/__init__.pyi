"""Where the public names come from, for type checkers; ``__init__.py`` imports them when they are used."""

from mer_ros.data.synthetic.clip import synthetic_clip as synthetic_clip
from mer_ros.errors import MerError as MerError
from mer_ros.explanation.explainer import Explainer as Explainer
from mer_ros.pipeline import Answer as Answer
from mer_ros.pipeline import Pipeline as Pipeline
from mer_ros.pipeline import Step as Step
from mer_ros.pipeline import frames_of as frames_of
from mer_ros.recognition.recogniser import Recogniser as Recogniser
from mer_ros.sources.source import SourceOptions as SourceOptions
from mer_ros.sources.source_spec import open_source as open_source
from mer_ros.spotting.config import SpotterConfig as SpotterConfig
from mer_ros.spotting.config import WatcherConfig as WatcherConfig
from mer_ros.spotting.watcher import FaceWatcher as FaceWatcher
from mer_ros.types import EMOTIONS as EMOTIONS
from mer_ros.types import Explanation as Explanation
from mer_ros.types import ExpressionEvent as ExpressionEvent
from mer_ros.types import Face as Face
from mer_ros.types import Frame as Frame
from mer_ros.types import Kind as Kind
from mer_ros.types import Prediction as Prediction
from mer_ros.visualisation.overlay import overlay as overlay

__version__: str
