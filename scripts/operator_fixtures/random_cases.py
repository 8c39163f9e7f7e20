"""Random cases by operator: each appends one operator to a network, all of it drawn, and gives its output tensors."""

from .random_edges import EDGE_CASES
from .random_elements import ELEMENT_CASES
from .random_images import IMAGE_CASES
from .random_layout import LAYOUT_CASES
from .random_recurrent import RECURRENT_CASES
from .random_variables import variables
from .random_windows import WINDOW_CASES

# Under the operator that most of them hold beside variables.
VARIABLE_CASES = {"CONCATENATION.variables": variables}
RANDOM_CASES = {**EDGE_CASES, **ELEMENT_CASES, **IMAGE_CASES, **WINDOW_CASES, **LAYOUT_CASES, **RECURRENT_CASES, **VARIABLE_CASES}

# Operators that TensorFlow Lite Micro has no kernel for.
NOT_IN_MICRO = {"RELU_N1_TO_1", "RELU_0_TO_1", "ARG_MAX.int64", "ARG_MIN.int64", "CAST.others", "TILE"}
# Operators that go through a sequence, and that LiteRT runs with tensors beside that Micro does not need.
SEQUENTIAL = {*RECURRENT_CASES, *VARIABLE_CASES}
# Its RELU6 does not rescale to the output, which is wrong where the scales differ; its SPACE_TO_BATCH_ND pads with the
# byte 0, which is no zero where the zero point is another.
LITERT_ORACLE = {"RELU6", "SPACE_TO_BATCH_ND"} | NOT_IN_MICRO
